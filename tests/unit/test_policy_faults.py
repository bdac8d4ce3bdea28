"""Every fault of the parties, clauses and requests of an agreement is told in full: the file, its line, what to do."""

import pytest

from agreements import line_of, read, refused
from spread_agreement import with_fault


@pytest.mark.parametrize(
    ("old", "new", "words", "problem"),
    [
        (
            "max_classification: OFFICIAL-SENSITIVE",
            "max_classification: TOP",
            "max_classification: TOP",
            "`top` is no classification; there are official, official_sensitive",
        ),
        (
            "clearance: OFFICIAL-SENSITIVE",
            "clearance: HIGH",
            "clearance: HIGH",
            "`high` is no classification; there are official, official_sensitive",
        ),
        (
            "clearance: OFFICIAL-SENSITIVE",
            "clearance: OFFICIAL",
            "clearance: OFFICIAL",
            "`clearance` is below `max_classification`; lower the latter",
        ),
        ("org: hospital", "org: '*'", "- org: '*'", "`org` must name one organisation; `*` is never allowed"),
        (
            "    roles: [nurse, general_practitioner]",
            "    roles: [king]",
            "roles: [king]",
            "`king` is not known in `roles`",
        ),
        (
            "member_of: case_room",
            "member_of: club",
            "member_of: club",
            "`club` is not known in `member_of`; there are case_room",
        ),
        (
            "purposes: [custody.care, care.suicide-prevention]",
            "purposes: [curiosity]",
            "purposes: [curiosity]",
            "`curiosity` is not known in `purposes`",
        ),
        (
            "provider_regime: uk-gdpr",
            "provider_regime: none",
            "provider_regime: none",
            "`none` is not known in `provider_regime`",
        ),
        (
            "review_by: 2026-06-30",
            "review_by: 2027-06-30",
            "review_by: 2027-06-30",
            "`from`, `review_by` and `to` must follow one another",
        ),
        (
            "review_by: 2026-06-30",
            "review_by: 2025-06-30",
            "review_by: 2025-06-30",
            "`from`, `review_by` and `to` must follow one another",
        ),
        (
            "  to: 2026-12-31",
            "  to: 2030-01-01",
            "to: 2030-01-01",
            "an agreement holds for three years at most; set an earlier `to`",
        ),
        (
            "from: 2026-01-01",
            "from: 2026-01-01 10:00:00",
            "from: 2026-01-01 10:00:00",
            "`from` must be a date such as 2026-04-01",
        ),
        ("version: 2", "version: true", "version: true", "`version` must be a whole number from 1"),
        ("version: 2", "version: 0", "version: 0", "`version` must be a whole number from 1"),
        (
            "no_persons: false",
            "no_persons: true",
            "fields: [person_id, kind_code, active_from]",
            "the agreement says `no_persons`, and field `person_id` may tell of one",
        ),
        ("    entity: location", "    entity: road", "entity: road", "the model has no entity `road`"),
        ("fields: [path]", "fields: [road]", "fields: [road]", "entity `location` has no field `road`"),
        (
            "allow: [read, list]",
            "allow: [read, write]",
            "allow: [read, write]",
            "`write` is not known in `allow`; there are read, list, count, subscribe, export",
        ),
        (
            "allow: [read, list]",
            "allow: [count]",
            "fields: [person_id, kind_code, active_from]",
            "a clause that only counts names one field to group by: a place, a code or a yes/no",
        ),
        (
            "    roles: [nurse]\n    purposes: [custody.care]\n    allow",
            "    roles: [board]\n    purposes: [custody.care]\n    allow",
            "roles: [board]",
            "`board` is not known in `roles`; there are nurse, general_practitioner",
        ),
        (
            "    purposes: [custody.care]\n    allow",
            "    purposes: [custody.safety]\n    allow",
            "purposes: [custody.safety]",
            "`custody.safety` is not known in `purposes`",
        ),
        (
            "      active_from: month\n    where",
            "      active_from: weekly\n    where",
            "masks:",
            "`weekly` is no mask; there are day, month, year, area, pseudonym, redact, null",
        ),
        (
            "      active_from: month\n    where",
            "      kind_code: month\n    where",
            "masks:",
            "mask `month` does not suit field `kind_code`",
        ),
        (
            "      active_from: month\n    where",
            "      active_to: month\n    where",
            "masks:",
            "`active_to` is masked but is no field of the entity that this clause shows",
        ),
        (
            "kind_code in ('HA', 'HA1')",
            "kindcode = 'HA'",
            "where: kindcode = 'HA' and active_to is null",
            "`where` for entity `alert`: the entity has no column `kindcode`",
        ),
        (
            "    subject: at_my_site\n    regime",
            "    subject: everyone\n    regime",
            "subject: everyone",
            "`everyone` is no relation to the subject",
        ),
        (
            "    regime: dpa2018-part3\n    basis: s.35\n  - clause",
            "    regime: none\n    basis: s.35\n  - clause",
            "regime: none",
            "`none` is not known in `regime`",
        ),
        ("clause: 2", "clause: 1", "clauses:", "clause `1` is named twice; rename one"),
        (
            "clause: 2",
            "clause: request-x",
            "clauses:",
            "clause `request-x` has a name that is kept for what is opened for a time",
        ),
        (
            "    title: The plan\n    roles: [nurse]",
            "    title: The plan\n    roles: [board]",
            "roles: [board]",
            "`board` is not known in `roles`; there are nurse, general_practitioner",
        ),
        (
            "    purposes: [custody.care]\n    entity",
            "    purposes: [custody.safety]\n    entity",
            "purposes: [custody.safety]",
            "`custody.safety` is not known in `purposes`",
        ),
        (
            "    entity: alert\n    fields: [person_id, active_from, comment]",
            "    entity: location\n    fields: [path]",
            "entity: location\n    fields: [path]\n    masks",
            "what is asked for must be about one person: name an entity with a `person_id`",
        ),
        ("lasts: P7D", "lasts: P29D", "lasts: P29D", "`lasts` is longer than 28 days and 0 hours"),
        (
            "lasts: P7D",
            "lasts: soon",
            "lasts: soon",
            "`lasts`: `soon` is no duration; write one such as `P28D`, `PT4H` or `P7Y`",
        ),
        (
            "decided_by: [duty_governor]",
            "decided_by: [board]",
            "decided_by: [board]",
            "`board` has no site, and whoever decides must be at that of the person",
        ),
        (
            "decided_by: [duty_governor]",
            "decided_by: [king]",
            "decided_by: [king]",
            "`king` is not known in `decided_by`",
        ),
        (
            "answer_within: PT4H",
            "answer_within: P4D",
            "answer_within: P4D",
            "`answer_within` is longer than 3 days and 0 hours",
        ),
    ],
)
def test_a_fault_is_told_in_full_at_the_line_of_its_part(old: str, new: str, words: str, problem: str) -> None:
    text = with_fault(old, new)
    told = refused(text, says=problem, line=line_of(words, text=text), take=read).problem
    assert told == problem or ("; there are " not in problem and told.startswith(f"{problem}; there are "))
