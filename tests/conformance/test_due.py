"""What a rule of retention lets go, what it leaves, and how legal holds and one erasure at a time go before it."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from batches import Rows, person, select, write
from servers import TestServer
from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.memory import MemoryAuditLog
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.node.erasure import Eraser, Erasure, Held, NothingThere, become_owner
from watchroom.store.database import Database, Principal
from watchroom.store.due import After, Portion, Rule
from watchroom.store.erasing import Selection
from watchroom.store.holds import Hold, HoldKind, every_hold, lift_hold, place_hold, propose_holds

NOW = datetime(2026, 7, 30, tzinfo=UTC)
LONG_AGO, LATELY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
WHOLE = Portion()


def episode(key: str, **more: object) -> dict[str, object]:
    return {"source_key": f"e{key}", "person_key": key, "is_active": False, "ended_at": LONG_AGO, **more}


def record() -> Rows:
    """1: left long ago. 2: lately. 3: is in custody. 4: left, nobody knows when. 5: left, with a health record.
    6: left long ago, and is named beside 3. 7: died."""
    people = [person(str(one)) for one in range(1, 7)] + [person("7", died_on=LONG_AGO.date())]
    return {
        "person": people,
        "custody_episode": [
            episode("1"),
            episode("2", ended_at=LATELY),
            episode("3", is_active=True, ended_at=None),
            episode("4", ended_at=None),
            episode("5"),
            episode("6"),
            episode("7"),
        ],
        "alert": [{"source_key": f"a{one}", "person_key": str(one)} for one in range(1, 8)],
        "non_association": [{"source_key": "n", "person_key": "3", "other_person_key": "6"}],
        "care_flag": [{"source_key": "c5", "person_key": "5"}],
    }


@pytest.fixture
def database(server: TestServer) -> Generator[Database]:
    with server.database() as database:
        write(database, record(), hour=0)
        yield database


@pytest.fixture
def eraser(database: Database, tmp_path: Path) -> Eraser:
    (tmp_path / "checkpoints").mkdir()
    clock = SteppedClock(NOW)
    return Eraser(
        folder=tmp_path,
        node_id=uuid4(),
        database=database,
        audit=MemoryAuditLog(clock=clock),
        model=catalogue(),
        clock=clock,
        machine=clock,
        by=Entry(act=Act.ERASE, actor="gov"),
    )


def rule(after: After = After.RELEASE, name: str = "custody_record") -> Rule:
    return Rule(name=name, after=after, before=NOW - YEAR)


def people(database: Database) -> list[str]:
    return [str(key) for (key,) in select(database, "select source_key from record.person order by source_key")]


def id_of(database: Database, key: str) -> UUID:
    ((found,),) = select(database, f"select id from record.person where source_key = '{key}'")
    assert isinstance(found, UUID)
    return found


def hold_on(eraser: Eraser, **of: object) -> Hold:
    hold = Hold(
        id=uuid4(),
        kind=HoldKind.LITIGATION,
        authority="the court",
        reason="asked for",
        placed_at=NOW,
        placed_by="gov",
        **of,  # type: ignore[arg-type]
    )
    with eraser.database.connection(Principal.MIGRATOR) as connection:
        become_owner(connection, eraser.database)
        place_hold(connection, hold)
    return hold


def test_who_left_long_ago_goes_and_whoever_may_be_in_custody_stays(eraser: Eraser) -> None:
    assert isinstance(eraser.erase_due([rule()], portion=WHOLE), Erasure)
    # 5 is named by a health record, of which no period is set; 6 by a record about somebody in custody; 7 is held.
    assert people(eraser.database) == ["2", "3", "4", "5", "6", "7"]
    alerts = select(eraser.database, "select source_key from record.alert order by source_key")
    assert [key for (key,) in alerts] == ["a2", "a3", "a4", "a7"]
    assert isinstance(eraser.erase_due([rule()], portion=WHOLE), NothingThere)


def test_a_person_goes_with_the_last_record_that_names_them(eraser: Eraser) -> None:
    both = [rule(), rule(name="health_record")]
    assert eraser.plan(both).named == 1, "6 alone"
    assert isinstance(eraser.erase_due(both, portion=WHOLE), Erasure)
    assert "5" not in people(eraser.database)


def test_a_plan_erases_nothing_and_says_what_goes_and_which_hold_keeps_how_many(eraser: Eraser) -> None:
    hold = hold_on(eraser, person_id=id_of(eraser.database, "1"))
    before = select(eraser.database, "select count(*) from ingest.change")
    plan = eraser.plan([rule()])
    assert plan.held[hold.id] == 3, "person, episode and alert"
    assert plan.due["custody_record"] > plan.goes["custody_record"]
    assert select(eraser.database, "select count(*) from ingest.change") == before
    assert select(eraser.database, "select count(*) from ingest.tombstone") == [(0,)]
    assert len(people(eraser.database)) == 7


def test_a_hold_that_is_added_while_it_runs_goes_before_the_next_portion(eraser: Eraser) -> None:
    portions = [Portion(number=number, of=5) for number in range(5)]
    eraser.erase_due([rule()], portion=portions[0])
    left = set(people(eraser.database))
    for key in left:
        hold_on(eraser, person_id=id_of(eraser.database, key))
    assert all(isinstance(eraser.erase_due([rule()], portion=one), NothingThere) for one in portions)
    assert set(people(eraser.database)) == left


def test_portions_together_are_the_whole(eraser: Eraser) -> None:
    whole = eraser.plan([rule()]).goes["custody_record"]
    made = [eraser.erase_due([rule()], portion=Portion(number=number, of=3)) for number in range(3)]
    assert sum(sum(one.records.values()) for one in made if isinstance(one, Erasure)) == whole


@pytest.mark.parametrize("after", [After.END_OF_EPISODE, After.LAST_CONTACT, After.LAST_CHANGE])
def test_other_events_keep_who_is_in_custody_or_was_heard_of_lately(eraser: Eraser, after: After) -> None:
    goes = eraser.plan([rule(after)]).goes.get("custody_record", 0)
    # Everything became known in this batch; of an episode that ended the records that belong to it go.
    assert goes == (3 if after is After.END_OF_EPISODE else 0)
    late = replace(rule(after), before=NOW)
    eraser.erase_due([late], portion=WHOLE)
    assert "3" in people(eraser.database)


def test_a_death_that_the_record_tells_of_is_held_until_somebody_lifts_it_and_not_proposed_again(
    eraser: Eraser,
) -> None:
    dead = id_of(eraser.database, "7")
    held = eraser.erase(Selection(people=(dead,)), erasure=uuid4(), rule="request")
    assert isinstance(held, Held)
    with eraser.database.connection(Principal.MIGRATOR) as connection:
        become_owner(connection, eraser.database)
        (hold,) = every_hold(connection, at=NOW)
        assert (hold.kind, hold.person_id, hold.is_by_itself) == (HoldKind.DEATH_IN_CUSTODY, dead, True)
        assert lift_hold(connection, hold.id, at=NOW, by="coroner", reason="the inquest is over")
        assert propose_holds(connection, at=NOW, by="x") == []
    assert isinstance(eraser.erase(Selection(people=(dead,)), erasure=uuid4(), rule="request"), Erasure)


def test_a_hold_that_is_over_by_the_clock_keeps_nothing(eraser: Eraser) -> None:
    one = id_of(eraser.database, "1")
    hold_on(eraser, person_id=one, until_at=NOW - timedelta(seconds=1))
    assert isinstance(eraser.erase(Selection(people=(one,)), erasure=uuid4(), rule="request"), Erasure)


def test_where_nobody_can_say_whom_a_record_is_about_every_hold_of_a_person_keeps_it(eraser: Eraser) -> None:
    write(eraser.database, {"search": [{"source_key": "s"}]}, hour=1, is_full=False)
    ((found,),) = select(eraser.database, "select id from record.search")
    hold_on(eraser, person_id=id_of(eraser.database, "3"))
    selection = Selection(records=(("search", found),))  # type: ignore[arg-type]
    assert isinstance(eraser.erase(selection, erasure=uuid4(), rule="request"), Held)


def test_the_report_of_an_incident_is_held_by_a_hold_of_who_had_a_part_in_it(eraser: Eraser) -> None:
    rows: Rows = {
        "incident_report": [{"source_key": "i", "occurred_at": LONG_AGO}],
        "incident_participant": [{"source_key": "p", "incident_key": "i", "person_key": "1"}],
        "incident_marker": [{"source_key": "m", "incident_report_key": "i"}],
    }
    write(eraser.database, rows, hour=1, is_full=False)
    hold = hold_on(eraser, person_id=id_of(eraser.database, "1"))
    ((report,),) = select(eraser.database, "select id from record.incident_report")
    selection = Selection(records=(("incident_report", report),))  # type: ignore[arg-type]
    held = eraser.erase(selection, erasure=uuid4(), rule="request")
    assert isinstance(held, Held)
    assert held.holds[hold.id] == 3, "the report, the part in it, and what marks it"


class _NoLog:
    def append(self, _entry: Entry) -> None:
        raise AuditUnavailableError("the disk of the log is full")


def test_without_its_entry_nothing_goes(eraser: Eraser) -> None:
    mute = replace(eraser, audit=_NoLog())  # type: ignore[arg-type]
    with pytest.raises(AuditUnavailableError):
        mute.erase_due([rule()], portion=WHOLE)
    assert len(people(eraser.database)) == 7
    assert select(eraser.database, "select count(*) from ingest.tombstone") == [(0,)]
