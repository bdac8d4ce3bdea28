"""What changed between two versions is said, each change as wider, narrower, both or only worded otherwise."""

import pytest

from agreements import SOUND, changed, loaded, read
from held_words import HeldWords
from undone import assert_undone
from watchroom.model.catalogue import catalogue
from watchroom.policy.changes import Direction
from watchroom.policy.difference import Difference, difference

WIDER, NARROWER, BOTH, WORDED = Direction.WIDER, Direction.NARROWER, Direction.BOTH, Direction.WORDED


def compared(old: str, new: str) -> Difference:
    """The difference, of which every change can be said."""
    found, words = difference(read(old), read(new), model=catalogue()), HeldWords()
    assert all(words.say(change.whole_text) and words.say(change.heading) for change in found.changes)
    return found


ROOM = "room: {opens: P8D before active_from, closes: P14D after active_from}\nsigned_by:"
DUTY = "duties:\n  - {roles: [nurse], purposes: [custody.care], may: [explain]}\nsigned_by:"
WHERE = "kind_code in ('HA', 'HA1') and active_to is null"
HEADINGS = {WIDER: "Wider", NARROWER: "Narrower", BOTH: "Otherwise", WORDED: "Worded otherwise"}


@pytest.mark.parametrize(
    ("old", "new", "direction", "said"),
    [
        ("kind_code, active_from]", "kind_code, active_from, comment]", WIDER, "Clause 1: field added: comment"),
        ("    masks: {active_from: month}\n", "", WIDER, "Clause 1: mask of `active_from`: the month became in full"),
        (
            "active_from: month",
            "active_from: year",
            NARROWER,
            "Clause 1: mask of `active_from`: the month became the year",
        ),
        (WHERE, "kind_code in ('HA', 'HA1')", WIDER, "Clause 1: rows: rows in which"),
        (WHERE, "kind_code = 'HA' and active_to is null", NARROWER, "Clause 1: rows: rows in which"),
        (WHERE, "type_code = 'H'", BOTH, "Clause 1: rows: rows in which"),
        (WHERE, "active_to is null and kind_code in ('HA1', 'HA')", WORDED, "Clause 1: rows: rows in which"),
        ("entity: alert\n    roles: [nurse]", "entity: alert", WIDER, "Clause 1: role added: general practitioner"),
        (
            "roles: [nurse]\n",
            "roles: [nurse]\n    purposes: [custody.care]\n",
            NARROWER,
            "Clause 1: purpose taken: preventing suicide and self-harm",
        ),
        ("allow: [read, list]", "allow: [read, list, export]", WIDER, "Clause 1: right added: export"),
        ("clause: 1", "clause: 2", BOTH, "clause added: 2"),
        ("org: trust, roles", "org: hospital, roles", BOTH, "recipient added: hospital: nurse"),
        (", clearance: OFFICIAL-SENSITIVE}", "}", WIDER, "clearance or membership changed"),
        ("practitioner], ", "practitioner], member_of: case_room, ", NARROWER, "clearance or membership changed"),
        ("exclude:\n  - {where: is_restricted, reason: ask}\n", "", WIDER, "exclusion taken: ask"),
        ("is_restricted, reason: ask", "is_restricted, reason: ask us", WORDED, "reason of an exclusion changed"),
        ("signed_by:", DUTY, WIDER, "duty added: nurse: explain (custody.care)"),
        ("from: 2026-01-01", "from: 2025-12-31", WIDER, "first day: 1 January 2026 became 31 December 2025"),
        ("to: 2026-12-31", "to: 2027-01-01", WIDER, "last day: 31 December 2026 became 1 January 2027"),
        ("review_by: 2026-06-30", "review_by: 2026-07-31", WIDER, "day of review: 30 June 2026 became 31 July 2026"),
        (
            "max_classification: OFFICIAL-SENSITIVE",
            "max_classification: OFFICIAL",
            NARROWER,
            "highest classification: OFFICIAL-SENSITIVE became OFFICIAL",
        ),
        ("[record-disclosure, ", "[", WIDER, "promise taken: record-disclosure"),
        ("PT15M", "PT30M", WIDER, "promise: 15 minutes became 30 minutes"),
        ("keep: P90D", "keep: P91D", WIDER, "time for which it is kept: 90 days became 91 days"),
        ("keep: P90D", "keep: P3M", BOTH, "time for which it is kept: 90 days became 3 months"),
        ("keep: P90D", "keep: as the record itself", WIDER, "time for which it is kept changed"),
        ("after: active_to", "after: active_from", BOTH, "time for which it is kept changed"),
        ("lasts: PT4H", "lasts: PT3H", NARROWER, "breaking the glass changed"),
        ("needs: [reason, incident]", "needs: [reason]", WIDER, "breaking the glass changed"),
        ("tell: [provider-dpo, ", "tell: [recipient-dpo, ", BOTH, "breaking the glass changed"),
        ("fields: [comment]", "fields: [comment, type_code]", WIDER, "breaking the glass changed"),
        ("signed_by:", ROOM, NARROWER, "room of the case changed"),
        ("org: prison, controller", "org: court, controller", BOTH, "provider: prison became court"),
        (
            "title: Alerts for",
            "title: Flags for",
            WORDED,
            "title: Alerts for the nurses of the trust became Flags for the nurses of the trust",
        ),
        ("basis: Art 6,", "basis: Art 9,", WORDED, "law changed"),
        ("contact: dpo@prison.example", "contact: dpo@hmpps.example", WORDED, "controller or contact changed"),
        ("name: Caldicott Guardian", "name: Medical Director", WORDED, "signatories changed"),
        (
            "entity: alert\n    roles",
            "entity: alert\n    regime: mixed\n    basis: b\n    roles",
            WORDED,
            "Clause 1: legal regime or basis changed",
        ),
    ],
)
def test_a_change_is_said_with_what_it_does_and_the_opposite_backwards(
    old: str, new: str, direction: Direction, said: str
) -> None:
    text = changed((old, new))
    there, back = compared(SOUND, text), compared(text, SOUND)
    words = HeldWords()
    told = [words.say(change.whole_text) for change in there.changes]
    if "rows: " in said:
        assert [one[: len(said)] for one in told] == [said]
    else:
        assert set(told) == {said} or (direction is BOTH and len(told) > 1 and said in told), told
    assert there.is_wider is (direction in (WIDER, BOTH))
    assert there.is_narrower is (direction in (NARROWER, BOTH))
    for change in (*there.changes, *back.changes):
        assert words.say(change.heading) == HEADINGS[change.direction]
        assert change.clause == ("1" if said.startswith("Clause 1: ") else None)
    assert_undone(there, back)
    assert words.missing == set()


def glass(text: str) -> str:
    start = text.index("break_glass:")
    return text[:start] + text[text.index("signed_by:") :]


def test_a_glass_that_can_be_broken_at_all_is_wider() -> None:
    assert compared(glass(SOUND), SOUND).is_wider
    assert not compared(glass(SOUND), SOUND).is_narrower
    assert not compared(SOUND, glass(SOUND)).is_wider


def test_numbers_in_place_of_rows_are_neither_wider_nor_narrower_alone() -> None:
    rows = changed(
        ("[person_id, kind_code, active_from]\n    masks: {active_from: month}", "[kind_code]"),
        ("[read, list]", "[read, count]"),
    )
    found = compared(rows, rows.replace("[read, count]", "[count]"))
    assert (found.is_wider, found.is_narrower) == (True, True)


def test_another_entity_under_the_name_of_a_clause_is_both() -> None:
    fields = "[person_id, kind_code, active_from]\n    masks: {active_from: month}"
    other = (fields, "[person_id, kind_code]")
    names = changed(("entity: alert\n", "entity: person_name\n"), other, (WHERE, "is_restricted"))
    names = names.replace("after: active_to, ", "after: birth_date, ")
    found = compared(SOUND, names)
    assert [change.direction for change in found.changes if change.clause == "1"] == [BOTH]


def test_a_promise_of_no_persons_is_narrower() -> None:
    places = changed(
        ("entity: alert\n", "entity: location\n"),
        ("[person_id, kind_code, active_from]\n    masks: {active_from: month}", "[path, kind_code]"),
        (WHERE, "is_active"),
        ("after: active_to, ", ""),
    )
    places = glass(places)
    found = compared(places, places.replace("version: 2", "version: 2\nno_persons: true"))
    assert [change.direction for change in found.changes] == [NARROWER]


def test_versions_that_differ_in_their_number_alone_do_not_differ() -> None:
    assert compared(SOUND, changed(("version: 2", "version: 3"))).changes == ()
    assert loaded().version == 2
