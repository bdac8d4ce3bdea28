"""The pages of held rows: what is one group, in which order, and that values are masked until they are asked for."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.gate.held_rows import HeldRow
from watchroom.gate.held_rows import HeldRows as Told
from watchroom.governance.held.rules import groups_of
from watchroom.governance.held_group.show import After, group_page, place_of
from watchroom.ingest.held import HeldRows
from watchroom.ingest.quarantine import Quarantined, State
from watchroom.model.jurisdiction import pack
from watchroom.model.words import Words

NOON = datetime(2026, 7, 24, 12, tzinfo=UTC)
BATCH = UUID(int=1)
VALUE = "Zebedee"
WORDS = Words(language="en", jurisdiction=pack("england_and_wales"), zone=ZoneInfo("Europe/London"))


def held(*, table: str = "T", field: str = "a", rows: int = 1, state: State = State.OPEN, day: int = 0) -> Quarantined:
    at = NOON + timedelta(days=day)
    one = HeldRows(table=table, code="bad_date", field=field, entity="alert", rows=rows)
    return Quarantined(source="s", held=one, state=state, batch_id=BATCH, last_at=at, first_at=at)


def row(values: tuple[str | None, ...] | None, *, table: str | None = "T", code: str = "bad_date") -> HeldRow:
    return HeldRow(
        batch=BATCH,
        file="T.csv",
        row=2,
        table=table,
        entities=("alert",),
        reasons=((code, "a"),),
        columns=("A", "B"),
        values=values,
    )


def test_rows_of_one_table_and_reason_are_one_group_and_what_is_gone_is_not_counted_among_what_is_held():
    (group,) = groups_of([held(rows=2), held(field="b", rows=3), held(field="c", rows=9, state=State.GONE)])
    assert (group.rows, group.fields, group.state) == (5, ("a", "b"), State.OPEN)


def test_open_groups_come_first_and_of_each_state_the_newest():
    found = groups_of(
        [
            held(table="GONE", state=State.GONE, day=9),
            held(table="OLD"),
            held(table="WAIVED", state=State.WAIVED, day=8),
            held(table="NEW", day=1),
        ]
    )
    assert [one.table for one in found] == ["NEW", "OLD", "WAIVED", "GONE"]


def test_values_are_masked_until_they_are_asked_for_and_those_that_the_gate_keeps_are_never_shown():
    (group,) = groups_of([held(rows=2)])
    told = Told(rows=(row((VALUE, None)), row(None)), is_more=False)
    masked = group_page(group, told, WORDS)
    assert VALUE not in str(masked)
    assert masked.values_path.endswith("&values=shown")
    shown = group_page(group, told, WORDS, after=After(shows=True))
    assert [one.cells for one in shown.rows] == [(("A", VALUE), ("B", "")), ()]
    assert "Values of 1 row are not shown" in shown.values_note
    closed = group_page(group, Told(rows=(row(None),), is_more=False), WORDS, after=After(shows=True))
    assert closed.values_path == ""


def test_where_more_rows_follow_the_page_goes_on_after_its_last_one_and_back_to_the_first():
    (group,) = groups_of([held(rows=3)])
    page = group_page(group, Told(rows=(row(None), row(None)), is_more=True), WORDS)
    assert (len(page.rows), page.first) == (2, "")
    way = parse_qs(urlsplit(page.more).query)
    assert way["source"] == [group.source]
    place = place_of(way["after"][0])
    assert place is not None
    assert (place.file, place.row) == ("T.csv", 2)
    later = group_page(group, Told(rows=(row(None),), is_more=False), WORDS, after=After(after=way["after"][0]))
    assert (later.more, later.first) == ("", page.path)
    past = group_page(group, Told(rows=(), is_more=False), WORDS, after=After(after=way["after"][0]))
    assert "no more of these rows" in past.rows_note
