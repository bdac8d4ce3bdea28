"""The plan says what another model changes; what is added comes while others write; nothing goes unasked."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import psycopg
import pytest
from test_migrations import described

from batches import START, person, select, write
from extensions import KEYS, model_with
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.store import model_plan
from watchroom.store.database import Database, Principal
from watchroom.store.dropping import Standpoint
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.model_plan import NotPossibleError, Plan, TablesBusyError
from watchroom.store.schema import migrate

SMALL = KEYS.replace("      hmpps_x_mentor_id: {range: person, description: Who mentors the person.}\n", "")


def nobody(_plan: Plan) -> None:
    return


HERE = Standpoint(model=model_with(), at=START)


def plan(database: Database, model: Catalogue) -> Plan:
    return model_plan.plan(database, model, seen_from=HERE)


def apply_additions(database: Database, model: Catalogue, *, before_commit: Callable[[Plan], None]) -> Plan:
    return model_plan.apply_additions(database, model, seen_from=HERE, before_commit=before_commit)


def apply_destructive(
    database: Database, model: Catalogue, *, before_commit: Callable[[Plan], None], seen_from: Standpoint = HERE
) -> Plan:
    return model_plan.apply_destructive(database, model, seen_from=seen_from, before_commit=before_commit)


def add(database: Database, model: Catalogue) -> Plan:
    return apply_additions(database, model, before_commit=nobody)


def kinds(found: Plan) -> set[tuple[str, str, str]]:
    return {
        (one.change.kind.value, one.change.table, one.change.column) for one in found.changes if not one.change.index
    }


def grown(database: Database) -> None:
    """A record with two people, of whom one fears dogs."""
    add(database, model_with())
    write(database, {"person": [person("1"), person("2")]}, hour=0, model=model_with())
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute("update record.person set hmpps_x_fears_dogs = true where source_key = '1'")


def test_a_plan_changes_nothing_and_names_everything(database: Database) -> None:
    before = described(database)
    found = plan(database, model_with())
    assert described(database) == before
    assert not found.destructive
    both = ("", "_history")
    assert kinds(found) == {
        *(("table_added", f"hmpps_x_{name}{of}", "") for name in ("lock", "key_card") for of in both),
        *(("column_added", f"person{of}", f"hmpps_x_{name}") for name in ("fears_dogs", "mentor_id") for of in both),
    }
    assert plan(database, catalogue()) == Plan(changes=())


def test_what_was_added_step_by_step_is_what_a_fresh_node_would_have(database: Database, server) -> None:
    add(database, model_with(SMALL))
    add(database, model_with())
    assert plan(database, model_with()) == Plan(changes=())
    with server.database() as fresh:
        migrate(fresh, model=model_with())
        assert described(fresh) == described(database)


def test_a_later_version_of_ours_leaves_alone_what_the_agency_added(database: Database) -> None:
    add(database, model_with())
    before = described(database)
    assert migrate(database, model=model_with()).statements == 0
    assert described(database) == before


def test_a_node_whose_agency_left_something_out_is_brought_forward_all_the_same(database: Database) -> None:
    grown(database)
    before = described(database)
    assert migrate(database, model=catalogue()).statements == 0
    assert (
        migrate(database, model=model_with(KEYS.replace("        range: boolean", "        range: text"))).statements
        == 0
    )
    assert described(database) == before


def test_a_field_that_is_said_in_other_words_is_said_so_in_the_database(database: Database) -> None:
    add(database, model_with())
    add(database, model_with(KEYS.replace("Whether the person fears dogs.", "Dogs frighten them.")))
    found = select(
        database,
        "select col_description(attrelid, attnum) from pg_attribute"
        " where attrelid = 'record.person'::regclass and attname = 'hmpps_x_fears_dogs'",
    )
    assert str(found[0][0]).startswith("Dogs frighten them.")


def test_what_is_dropped_is_counted_beforehand(database: Database) -> None:
    grown(database)
    found = {(one.change.table, one.change.column): one for one in plan(database, catalogue()).changes}
    assert (found["person", "hmpps_x_fears_dogs"].rows, found["person", "hmpps_x_fears_dogs"].lost) == (2, 1)
    assert found["hmpps_x_key_card", ""].lost == 0
    assert all(one.is_destructive and not one.refusal for one in found.values())


def test_additions_drop_nothing(database: Database) -> None:
    grown(database)
    assert add(database, catalogue()) == Plan(changes=())
    assert select(database, "select count(hmpps_x_fears_dogs) from record.person") == [(1,)]


def test_what_is_asked_to_go_goes_and_nothing_else(database: Database) -> None:
    make_late_indexes(database, [catalogue().entity("person")])
    before = described(database)
    grown(database)
    told: list[Plan] = []
    apply_destructive(database, catalogue(), before_commit=told.append)
    assert sum(one.lost for one in told[0].changes) == 1
    assert described(database) == before
    assert select(database, "select count(*) from record.person") == [(2,)]


def test_nothing_goes_that_could_not_be_entered(database: Database) -> None:
    grown(database)
    before = described(database)

    def cannot(_plan: Plan) -> None:
        raise RuntimeError

    for act in (apply_destructive, apply_additions):
        with pytest.raises(RuntimeError):
            act(database, catalogue() if act is apply_destructive else more(), before_commit=cannot)
        assert described(database) == before


def more() -> Catalogue:
    return model_with(f"{KEYS}      hmpps_x_size: {{range: integer, description: Size of shoes.}}\n")


def test_what_is_ours_is_not_an_agencys_to_drop(database: Database) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute("alter table record.person add column later_word text")
    (one,) = plan(database, catalogue()).changes
    assert "not the agency's own" in one.refusal
    with pytest.raises(NotPossibleError, match=r"`person\.later_word` is not the agency's own"):
        apply_destructive(database, catalogue(), before_commit=nobody)


def own(database: Database, statement: str) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute(statement)  # type: ignore[arg-type]


def carded(database: Database) -> None:
    """A record with two people, of whom one has a card whose remark changed, and had another one that ended."""
    add(database, model_with())
    cards = [
        {"source_key": key, "person_key": "1", "number": key, "remark": "first", "site_code": "LEI"} for key in "ab"
    ]
    write(database, {"person": [person("1"), person("2")], "hmpps_x_key_card": cards}, hour=0, model=model_with())
    cards = [{**cards[0], "remark": "second"}]
    write(database, {"person": [person("1"), person("2")], "hmpps_x_key_card": cards}, hour=1, model=model_with())


# Of what a hold is: the person, the entity and the record.
HELD = {
    "the person": "select id, null, null::uuid from record.person where source_key = '1'",
    "the entity": "select null::uuid, 'hmpps_x_key_card', null::uuid",
    "the record": "select null::uuid, 'hmpps_x_key_card', id from record.hmpps_x_key_card",
    "an ended record": "select null::uuid, 'hmpps_x_key_card', id from record.hmpps_x_key_card_history"
    " where source_key = 'b'",
}


def hold(database: Database, what: str) -> None:
    own(
        database,
        "insert into ingest.hold (id, kind, authority, reason, placed_at, placed_by, person_id, entity, record_id)"
        f" select uuidv7(), 'inquiry', 'coroner', 'asked', now(), 'records', of.* from ({HELD[what]}) as of",
    )


@pytest.mark.parametrize("what", HELD)
@pytest.mark.parametrize("model", ["the table goes", "the column goes"])
def test_what_a_legal_hold_keeps_is_not_dropped_until_it_is_lifted(database: Database, what: str, model: str) -> None:
    carded(database)
    hold(database, what)
    wanted = catalogue() if model == "the table goes" else model_with(KEYS[: KEYS.index("      remark:")] + REST)
    assert any("legal holds" in one.refusal for one in plan(database, wanted).destructive)
    with pytest.raises(NotPossibleError, match="legal holds"):
        apply_destructive(database, wanted, before_commit=nobody)
    own(database, "update ingest.hold set lifted_at = now(), lifted_by = 'records'")
    apply_destructive(database, wanted, before_commit=nobody)
    assert plan(database, wanted) == Plan(changes=())


def test_a_hold_of_somebody_else_or_one_that_is_over_keeps_nothing(database: Database) -> None:
    carded(database)
    hold(database, "the entity")
    own(database, f"update ingest.hold set until_at = '{START.isoformat()}'")
    hold(database, "the person")
    own(database, "update ingest.hold set person_id = uuidv7() where person_id is not null")
    assert not plan(database, catalogue()).refused
    unknown = replace(HERE, model=catalogue(), at=START - timedelta(hours=1))
    with pytest.raises(NotPossibleError, match=r"hmpps_x_key_card` is under 2 legal holds"):
        apply_destructive(database, catalogue(), before_commit=nobody, seen_from=unknown)


def test_with_a_column_goes_what_it_was_before_and_with_a_table_all_that_was_told_of_it(database: Database) -> None:
    carded(database)
    told = "select count(*) from ingest.change where entity = 'hmpps_x_key_card'"
    before = f"{told} and before ->> 'remark' = 'first'"
    keys = "select count(*) from ingest.ended_key where entity = 'hmpps_x_key_card'"
    assert [select(database, one) for one in (told, before, keys)] == [[(4,)], [(1,)], [(1,)]]
    apply_destructive(database, model_with(KEYS[: KEYS.index("      remark:")] + REST), before_commit=nobody)
    assert [select(database, one) for one in (told, before, keys)] == [[(4,)], [(0,)], [(1,)]]
    apply_destructive(database, catalogue(), before_commit=nobody)
    assert [select(database, one) for one in (told, keys)] == [[(0,)], [(0,)]]


REST = KEYS[KEYS.index("  hmpps_x_person_more:") :]
REQUIRED = "      given_on: {range: date, description: When it was given.}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            KEYS.replace(REQUIRED, REQUIRED.replace("date,", "date, required: true,")),
            "`hmpps_x_key_card.given_on` is to be",
        ),
        (
            KEYS.replace(REQUIRED, f"{REQUIRED}\n      size: {{range: integer, required: true, description: Size.}}"),
            "size` is required and 1 rows",
        ),
    ],
)
def test_no_row_is_left_without_what_it_must_have(database: Database, text: str, told: str) -> None:
    grown(database)
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute(CARD)
    assert any(told in one.refusal for one in plan(database, model_with(text)).refused)
    with pytest.raises(NotPossibleError):
        apply_destructive(database, model_with(text), before_commit=nobody)


CARD = (
    "insert into record.hmpps_x_key_card (id, agency_code, source_system, source_key, batch_id, recorded_from,"
    " seq_from, classification, realness, basis, is_restricted, unreliable_dates, person_id, number)"
    " select uuidv7(), 'A', 's', 'k', uuidv7(), now(), 1, 'official', 'actual', 'fact', false, '{}', person.id, '12'"
    " from record.person where source_key = '1'"
)


def test_a_change_of_type_is_counted_as_what_it_loses(database: Database) -> None:
    grown(database)
    text = KEYS.replace("        range: boolean", "        range: text")
    found = plan(database, model_with(text))
    assert {(one.change.kind.value, one.lost) for one in found.changes} == {("type_changed", 1), ("type_changed", 0)}
    add(database, model_with(text))
    apply_destructive(database, model_with(text), before_commit=nobody)
    assert plan(database, model_with(text)) == Plan(changes=())


@dataclass(slots=True)
class Writer:
    """Writes people one after the other; the longest time that one write took, in seconds."""

    longest: float = 0.0
    written: int = 0
    faults: list[BaseException] = field(default_factory=list)


@contextmanager
def writing(database: Database) -> Generator[Writer]:
    """A writer that never rests while this is open."""
    writer, stop = Writer(), threading.Event()

    def run() -> None:
        while not stop.is_set():
            begun = time.monotonic()
            try:
                write(
                    database,
                    {"person": [person(str(writer.written % 7), prison_number=str(writer.written))]},
                    hour=writer.written,
                    is_full=False,
                )
            except BaseException as fault:  # noqa: BLE001  told to the test
                writer.faults.append(fault)
                return
            writer.written += 1
            writer.longest = max(writer.longest, time.monotonic() - begun)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield writer
    finally:
        stop.set()
        thread.join()


@contextmanager
def held(database: Database, *, seconds: float) -> Generator[None]:
    """Somebody reads a table in a transaction that stays open for so long."""
    opened = threading.Event()

    def hold() -> None:
        with psycopg.connect(database.conninfo(Principal.LOADER)) as connection:
            connection.execute("select count(*) from record.person")
            opened.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    opened.wait()
    try:
        yield
    finally:
        thread.join()


def test_what_is_added_waits_for_a_long_read_and_the_writers_do_not_wait_with_it(database: Database) -> None:
    with writing(database) as writer:
        while writer.written < 3 and not writer.faults:
            time.sleep(0.01)
        with held(database, seconds=1.5):
            begun, before = time.monotonic(), writer.written
            add(database, model_with())
            took = time.monotonic() - begun
    assert not writer.faults
    assert took > 1, "it waited until the read was over"
    assert writer.written - before > 5, "and others wrote meanwhile"
    assert writer.longest < took, "nobody waited for as long as it did"
    assert plan(database, model_with()) == Plan(changes=())


def test_a_change_that_gets_no_turn_gives_up_and_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchroom.store.model_plan.ATTEMPTS", 3)
    before = described(database)
    with held(database, seconds=2), pytest.raises(TablesBusyError, match="nothing was changed"):
        add(database, model_with())
    assert described(database) == before


def test_an_index_whose_making_was_cut_off_is_made_anew(database: Database) -> None:
    grown(database)
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute("drop index record.person__hmpps_x_mentor_id")
    (one,) = plan(database, model_with()).changes
    assert (one.change.kind.value, one.change.table, one.is_destructive) == ("index_added", "person", False)
    add(database, model_with())
    assert plan(database, model_with()) == Plan(changes=())
