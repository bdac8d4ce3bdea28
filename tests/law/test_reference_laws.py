"""Laws of references beyond a source, for any order in which the sources of an agency deliver."""

from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batches import Rows, write
from watchroom.store.database import Database, Principal
from watchroom.store.identifying import ReferenceRule

NUMBERS = st.sampled_from(["1", "2", "3"])
PEOPLE = st.dictionaries(
    NUMBERS,
    st.fixed_dictionaries({"unit_code": st.sampled_from(["LEI-A", "LEI-B", None]), "is_restricted": st.booleans()}),
)
# The last digit is the number of whom it is about. A row that says it is about somebody else, whom nobody has, leaves
# what stood (ADR 4), and so there the order matters.
ALERTS = st.dictionaries(
    st.sampled_from(["71", "72", "73", "81"]), st.fixed_dictionaries({"is_restricted": st.booleans()})
)
WAITS = (ReferenceRule(target="person", by="prison_number"),)
MAKES = (ReferenceRule(target="person", by="prison_number", makes=True),)
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
agencies = (f"agency {number}" for number in count())
hours = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one source says at one instant."""

    source: str
    rows: Rows
    is_full: bool
    rules: tuple[ReferenceRule, ...] = ()


def of_record(people: dict[str, dict[str, object]]) -> Said:
    rows: Rows = {"person": [{"source_key": f"n{key}", "prison_number": key, **one} for key, one in people.items()]}
    return Said(source="record", rows=rows, is_full=False)


def of_kitchen(alerts: dict[str, dict[str, object]]) -> Said:
    rows: Rows = {"alert": [{"source_key": key, "person_key": key[-1], **one} for key, one in alerts.items()]}
    return Said(source="kitchen", rows=rows, is_full=True, rules=WAITS)


def of_events(alerts: dict[str, dict[str, object]]) -> Said:
    numbers = sorted({key[-1] for key in alerts})
    rows: Rows = {"person": [{"source_key": number, "prison_number": number} for number in numbers]}
    rows["alert"] = [{"source_key": key, "person_key": key[-1], **one} for key, one in alerts.items()]
    return Said(source="events", rows=rows, is_full=False, rules=MAKES)


RECORD = st.lists(PEOPLE.map(of_record), min_size=1, max_size=3)
KITCHEN = st.lists(ALERTS.map(of_kitchen), max_size=2)
EVENTS = st.lists(ALERTS.map(of_events), max_size=2)
ROWS = """
    select a.source_system, a.source_key, p.source_system, p.source_key, a.site_code, a.unit_code, a.is_restricted
    from {alert} as a left join {person} as p on p.id = a.person_id
    where a.agency_code = %(agency)s
"""
PEOPLE_NOW = (
    "select source_system, source_key, unit_code, is_restricted from record.person where agency_code = %(agency)s"
)
AT = """(
    select {columns} from record.{entity} where seq_from <= %(seq)s
    union all
    select {columns} from record.{entity}_history where seq_from <= %(seq)s and seq_to > %(seq)s
)"""
COLUMNS = "id, agency_code, source_system, source_key, site_code, unit_code, is_restricted"


def ask(database: Database, text: str, **given: object) -> list[tuple[object, ...]]:
    with database.connection(Principal.LOADER) as connection:
        return sorted(connection.execute(text, given).fetchall(), key=repr)  # type: ignore[arg-type]


def known_at(database: Database, agency: str, seq: int) -> list[tuple[object, ...]]:
    alert = AT.format(columns=f"{COLUMNS}, person_id", entity="alert")
    person = AT.format(columns=COLUMNS, entity="person")
    return ask(database, ROWS.format(alert=alert, person=person), agency=agency, seq=seq)


def now(database: Database, agency: str) -> list[tuple[object, ...]]:
    return ask(database, ROWS.format(alert="record.alert", person="record.person"), agency=agency)


def played(database: Database, said: list[Said]) -> tuple[str, dict[int, list[tuple[object, ...]]]]:
    """An agency to which this was said, in that order, and what was known after each of it."""
    agency = next(agencies)
    seen: dict[int, list[tuple[object, ...]]] = {}
    for one in said:
        named = f"{one.source} of {agency}"
        write(database, one.rows, hour=next(hours), source=named, is_full=one.is_full, rules=one.rules, agency=agency)
        ((seq,),) = ask(database, "select max(seq) from ingest.sealed")
        assert isinstance(seq, int)
        seen[seq] = now(database, agency)
    return agency, seen


def without_agency(rows: list[tuple[object, ...]], agency: str) -> list[tuple[object, ...]]:
    return [tuple(str(one).removesuffix(f" of {agency}") for one in row) for row in rows]


@few
@given(record=RECORD, kitchen=KITCHEN, events=EVENTS, mixed=st.permutations(range(7)))
def test_the_order_in_which_sources_deliver_does_not_matter_for_what_stands_at_the_end(
    database: Database, record: list[Said], kitchen: list[Said], events: list[Said], mixed: list[int]
) -> None:
    # Each source keeps its own order; which of them speaks next is drawn.
    turns = ["record"] * len(record) + ["kitchen"] * len(kitchen) + ["events"] * len(events)
    order = [turns[number] for number in mixed if number < len(turns)]
    waiting = {"record": iter(record), "kitchen": iter(kitchen), "events": iter(events)}
    ends: list[object] = []
    for said in ([*record, *kitchen, *events], [next(waiting[source]) for source in order]):
        agency, _ = played(database, said)
        ends.append(
            (
                without_agency(now(database, agency), agency),
                without_agency(ask(database, PEOPLE_NOW, agency=agency), agency),
                ask(
                    database, "select count(*) from ingest.waiting where source_system like %(own)s", own=f"% {agency}"
                ),
            )
        )
    assert ends[0] == ends[1]


@few
@given(said=st.lists(st.one_of(PEOPLE.map(of_record), ALERTS.map(of_kitchen), ALERTS.map(of_events)), max_size=6))
def test_what_was_known_at_a_sequence_never_changes_whatever_follows(database: Database, said: list[Said]) -> None:
    agency, seen = played(database, said)
    for seq, then in seen.items():
        assert known_at(database, agency, seq) == then


@few
@given(said=st.lists(st.one_of(PEOPLE.map(of_record), ALERTS.map(of_kitchen), ALERTS.map(of_events)), max_size=6))
def test_every_row_stands_where_the_person_does_and_is_hidden_when_the_person_is(
    database: Database, said: list[Said]
) -> None:
    agency, _ = played(database, said)
    astray = ask(
        database,
        "select a.source_key from record.alert as a join record.person as p on p.id = a.person_id"
        " where a.agency_code = %(agency)s and p.source_system <> a.source_system and ((a.site_code, a.unit_code)"
        " is distinct from (p.site_code, p.unit_code) or p.is_restricted and not a.is_restricted)",
        agency=agency,
    )
    assert astray == []


@few
@given(said=st.lists(st.one_of(PEOPLE.map(of_record), ALERTS.map(of_kitchen), ALERTS.map(of_events)), max_size=6))
def test_the_change_feed_tells_every_version_and_what_was_before(database: Database, said: list[Said]) -> None:
    agency, _ = played(database, said)
    untold = ask(
        database,
        """
        select h.id from record.alert_history as h
        left join ingest.change as c on c.id = h.id and c.seq = h.seq_to
        where h.agency_code = %(agency)s and (
            c.id is null
            and exists (
                select from record.alert as n
                where n.id = h.id and n.seq_from = h.seq_to
                and (n.person_id, n.unit_code, n.is_restricted)
                is distinct from (h.person_id, h.unit_code, h.is_restricted)
            )
            or c.op = 'changed' and c.before ? 'unit_code' and c.before ->> 'unit_code' is distinct from h.unit_code
        )
        """,
        agency=agency,
    )
    assert untold == []
