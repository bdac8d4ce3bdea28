"""Something is erased while a source is mapped again: nothing of the re-run stands, and it says to run it again.

No erasure waits for whoever takes from a source, so what was counted at first may be gone before it is read.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from batches import select
from custody_rolls import NOW, day, person, roll_intake, write_roll
from deliveries import intake_of, small_extract
from feeds import Feed, worked
from hmpps_events import CREATED, alert, event_intake, post_of
from parts_world import World, lay
from watchroom.ingest.difference import Difference
from watchroom.ingest.issues import Severity
from watchroom.ingest.progress import Step
from watchroom.ingest.registry import Source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database, Principal
from watchroom.store.raw import erase_raw

STANDS = """
    select 'person', source_key, seq_from from record.person
    union all select 'alert', source_key, seq_from from record.alert
    union all select 'incident', source_key, seq_from from record.incident
    union all select 'custody_episode', source_key, seq_from from record.custody_episode
    order by 1, 2
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A source that took deliveries, and the batch whose rows are erased; where `row` is told only that one row."""

    intake: Intake
    source: Source
    batch: UUID
    row: tuple[str, int] | None = None

    def erase(self) -> None:
        with self.intake.database.connection(Principal.LOADER) as connection:
            if self.row is None:
                erase_raw(connection, batch_id=self.batch, machine_at=NOW)
            else:
                connection.execute(
                    "delete from ingest.raw_row using ingest.file where file.id = file_id and name = %s and row = %s",
                    self.row,
                )


def messages(database: Database, _place: Path) -> Taken:
    intake, source = event_intake(database)
    first, _ = (intake.take_post(source, post_of([alert(CREATED, 5, key=key)])).report for key in ("one", "two"))
    assert first is not None
    return Taken(intake=intake, source=source, batch=first.id)


def snapshots(database: Database, place: Path) -> Taken:
    feed = Feed(database, place, "geojson_incidents")
    told = json.loads(worked("incidents.json"))
    fires = [{**told["features"][0], "id": number} for number in (1, 2)]
    first, _ = (feed.take(json.dumps({**told, "features": some}).encode()) for some in (fires, fires[:1]))
    return Taken(intake=Intake(database=database, clock=feed.clock), source=feed.source, batch=first.id)


def parts(database: Database, place: Path) -> Taken:
    world = World(database, place)
    world.take(lay(place / "first", ({"A": "1"}, {"x": ("A", "K", "")}, None, True)))
    (_, second) = world.take(lay(place / "second", ({"B": "2"}, None, None, True)))
    return Taken(intake=world.intake, source=world.sources["mended"], batch=second.id)


def rolls(database: Database, place: Path) -> Taken:
    intake, source = roll_intake(database, place)
    first, _ = (
        intake.ingest(source, [write_roll(place / "rolls", day(number), [person(f"{n}") for n in range(number, 50)])])
        for number in (1, 2)
    )
    return Taken(intake=intake, source=source, batch=first.batches[0].id)


def tables(database: Database, place: Path) -> Taken:
    intake, source = intake_of(database, small_extract(place / "small"))
    return Taken(
        intake=intake, source=source, batch=intake.ingest(source).batches[0].id, row=("OFFENDER_ALERTS.csv", 2)
    )


TAKINGS = pytest.mark.parametrize("taking", [messages, snapshots, parts, rolls, tables])


def mapped_again(taken: Taken, *, is_trial: bool, at: str) -> Difference:
    """What comes of a re-run, during which the batch is erased at the first step of that kind."""
    steps: list[str] = []

    def told(step: Step) -> None:
        steps.append(step.what)
        if steps.count(at) == 1 and step.what == at:
            taken.erase()

    assert isinstance(taken.intake.clock, SteppedClock)
    taken.intake.clock.move(timedelta(hours=1))
    found = replace(taken.intake, progress=told).map_again(taken.source, is_trial=is_trial)
    assert at in steps
    return found


# Before anything of it is read, and after everything was.
@pytest.mark.parametrize("at", ["read", "stage"])
@pytest.mark.parametrize("is_trial", [True, False])
@TAKINGS
def test_what_was_erased_while_a_source_was_mapped_again_lets_nothing_of_it_stand(
    database: Database, tmp_path: Path, taking: Callable[[Database, Path], Taken], *, is_trial: bool, at: str
):
    taken = taking(database, tmp_path)
    stands = select(database, STANDS)
    assert stands
    found = mapped_again(taken, is_trial=is_trial, at=at)
    assert found.is_refused
    fatal = [issue for issue in found.report.issues if issue.severity is Severity.FATAL]
    assert [issue.code for issue in fatal][-1:] == ["erased_meanwhile"], fatal
    assert "run it again" in fatal[-1].message
    assert select(database, STANDS) == stands
    # Those of which each is compared with the one before say that they cannot be mapped again any more.
    cannot = taking in (rolls, snapshots)
    with pytest.raises(UsageError, match="erased") if cannot else nullcontext():
        again = taken.intake.map_again(taken.source, is_trial=False)
        assert (again.is_refused, again.report.counts.is_any_news) == (False, False)
    assert select(database, STANDS) == stands
