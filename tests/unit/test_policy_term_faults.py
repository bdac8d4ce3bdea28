"""Every fault of the terms of an agreement is told in full: the file, the line of the very part, and what to do."""

import pytest

from agreements import line_of, read, refused
from spread_agreement import with_fault


@pytest.mark.parametrize(
    ("old", "new", "words", "problem"),
    [
        (
            "where: is_active",
            "where: is_restrict",
            "where: is_restrict",
            "`where` for entity `alert`: the entity has no column `is_restrict`",
        ),
        (
            "    entities: [alert]\n",
            "",
            "where: is_active",
            "`where` for entity `person`: the entity has no column `is_active`; name the `entities` that it is for",
        ),
        ("entities: [alert]", "entities: [alarm]", "entities: [alarm]", "`alarm` is not known in `entities`"),
        (
            "apply-corrections-within PT15M",
            "apply-corrections-within soon",
            "obligations: [record-disclosure, apply-corrections-within soon]",
            "`obligations`: `soon` is no duration; write one such as `P28D`, `PT4H` or `P7Y`",
        ),
        (
            "apply-corrections-within PT15M",
            "apply-corrections-within P1M",
            "obligations: [record-disclosure, apply-corrections-within P1M]",
            "`apply-corrections-within` takes days, hours or minutes",
        ),
        (
            "apply-corrections-within PT15M",
            "apply-corrections-within P36601D",
            "obligations: [record-disclosure, apply-corrections-within P36601D]",
            "`obligations`: `P36601D` is no duration; write one such as `P28D`, `PT4H` or `P7Y`",
        ),
        (
            "record-disclosure,",
            "record-disclosure P1D,",
            "obligations: [record-disclosure P1D, apply-corrections-within PT15M]",
            "`record-disclosure` takes no time",
        ),
        (
            "record-disclosure,",
            "be-good,",
            "obligations: [be-good, apply-corrections-within PT15M]",
            "`be-good` is no obligation",
        ),
        (
            "record-disclosure,",
            "apply-corrections-within PT1H,",
            "obligations: [apply-corrections-within PT1H, apply-corrections-within PT15M]",
            "`obligations` names one twice",
        ),
        (
            "keep: P90D",
            "keep: for ever",
            "keep: for ever",
            "`keep`: `for ever` is no duration; write one such as `P28D`, `PT4H` or `P7Y`",
        ),
        ("keep: P90D", "keep: P99Y60M", "keep: P99Y60M", "`keep` is longer than 36600 days and 0 hours"),
        (
            "after: active_to",
            "after: comment",
            "after: comment",
            "`comment` is not known in `after`; there are active_from, active_to, deactivated_on",
        ),
        ("at_end: erase", "at_end: keep", "at_end: keep", "`keep` is not known in `at_end`; there are erase, return"),
        (
            "minutes: P6M",
            "minutes: long",
            "minutes: long",
            "`minutes`: `long` is no duration; write one such as `P28D`, `PT4H` or `P7Y`",
        ),
        ("may: [explain]", "may: [enter]", "may: [enter]", "`enter` is not known in `may`"),
        (
            "  - roles: [nurse]\n    purposes: [custody.care]\n    may",
            "  - roles: [board]\n    purposes: [custody.care]\n    may",
            "- roles: [board]",
            "`board` is not known in `roles`; there are nurse, general_practitioner",
        ),
        (
            "    purposes: [custody.care]\n    may",
            "    purposes: [custody.safety]\n    may",
            "purposes: [custody.safety]",
            "`custody.safety` is not known in `purposes`",
        ),
        (
            "  roles: [general_practitioner, nurse]",
            "  roles: [board]",
            "roles: [board]",
            "`board` is not known in `roles`; there are nurse, general_practitioner",
        ),
        (
            "  purposes: [custody.care]\n  adds",
            "  purposes: [custody.safety]\n  adds",
            "purposes: [custody.safety]",
            "`custody.safety` is not known in `purposes`",
        ),
        (
            "      roles: [nurse]\n      fields",
            "      roles: [duty_governor]\n      fields",
            "roles: [duty_governor]",
            "`duty_governor` is not known in `roles`; there are general_practitioner, nurse",
        ),
        (
            "      fields: [comment]\n      where",
            "      fields: [remark]\n      where",
            "fields: [remark]",
            "entity `alert` has no field `remark`",
        ),
        ("    - entity: alert\n", "    - entity: alarm\n", "- entity: alarm", "the model has no entity `alarm`"),
        (
            "      fields: [comment]\n      where: kind_code = 'HA'\n      subject: at_my_site\n",
            "      fields: [comment]\n",
            "- entity: alert",
            "`adds` must say of which rows, by `where` or `subject`; absent is not all",
        ),
        (
            "      where: kind_code = 'HA'\n      subject: at_my_site\n",
            "      where: kind = 'HA'\n      subject: at_my_site\n",
            "where: kind = 'HA'",
            "`where` for entity `alert`: the entity has no column `kind`",
        ),
        (
            "      subject: at_my_site\n  needs",
            "      subject: mine\n  needs",
            "subject: mine",
            "`mine` is no relation to the subject",
        ),
        (
            "needs: [reason, incident]",
            "needs: [incident]",
            "needs: [incident]",
            "`needs` must ask for a `reason`: nobody can review a glass that was broken without",
        ),
        (
            "needs: [reason, incident]",
            "needs: [mood]",
            "needs: [mood]",
            "`mood` is not known in `needs`; there are reason, incident, second_person",
        ),
        ("  lasts: PT4H", "  lasts: PT4H1M", "lasts: PT4H1M", "`lasts` is longer than 0 days and 4 hours"),
        (
            "review_within: PT72H",
            "review_within: PT73H",
            "review_within: PT73H",
            "`review_within` is longer than 3 days and 0 hours",
        ),
        (
            "tell: [provider-dpo,",
            "tell: [friend,",
            "tell: [friend, caldicott-guardian]",
            "`friend` is not known in `tell`",
        ),
        (
            "opens: P8D before active_from",
            "opens: P8D around active_from",
            "opens: P8D around active_from",
            "`opens` must read such as `P8D before conference_at`",
        ),
        (
            "opens: P8D before active_from",
            "opens: P8D before",
            "opens: P8D before",
            "`opens` must read such as `P8D before conference_at`",
        ),
        (
            "opens: P8D before active_from",
            "opens: P8D before noon",
            "opens: P8D before noon",
            "`noon` is no date of a record of this agreement",
        ),
        (
            "opens: P8D before active_from",
            "opens: long before active_from",
            "opens: long before active_from",
            "`opens`: `long` is no duration; write one such as `P28D`, `PT4H` or `P7Y`",
        ),
        (
            "opens: P8D before active_from",
            "opens: P1Y before active_from",
            "opens: P1Y before active_from",
            "`opens` is longer than 92 days and 0 hours",
        ),
        (
            "closes: P14D after active_from",
            "closes: P14D after active_to",
            "closes: P14D after active_to",
            "`opens` and `closes` must be counted from the same date",
        ),
        (
            "closes: P14D after active_from",
            "closes: P14D before active_from",
            "closes: P14D before active_from",
            "the room must open before it closes",
        ),
    ],
)
def test_a_fault_is_told_in_full_at_the_line_of_its_part(old: str, new: str, words: str, problem: str) -> None:
    text = with_fault(old, new)
    told = refused(text, says=problem, line=line_of(words, text=text), take=read).problem
    assert told == problem or ("; there are " not in problem and told.startswith(f"{problem}; there are "))
