"""Mapping rolls and messages again leaves what there would be, had the mapping been the new one from the start."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batches import select
from custody_rolls import NOW, Person, day, person, write_roll
from hmpps_events import CREATED, DELETED, INACTIVE, event, post_of
from hmpps_events import NOW as EVENTS_AT
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.mapping_files import shipped_files
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

# Each example is a few sources of one database, which is much faster than a database each.
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
numbers = count()

# Who stands in a roll, when they were admitted and at which level.
STANDING = st.dictionaries(
    st.sampled_from("ABCD"), st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from(["MIN", "MAX"]))
)
ROLLS = st.lists(STANDING, min_size=1, max_size=5)
EVENTS = st.lists(
    st.lists(
        st.tuples(st.sampled_from([CREATED, INACTIVE, DELETED]), st.integers(0, 5), st.sampled_from(["one", "two"])),
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)
CHANGES = {
    "custody_roll": {
        "person": ("r.INMATEID as prison_number", "'J' || r.INMATEID as prison_number"),
        "custody_episode": ("r.CUSTODY_LEVEL as category", "lower(r.CUSTODY_LEVEL) as category"),
        "movement": ("'IN' as direction", "'OUT' as direction"),
    },
    "hmpps_event": {
        "alert": ("= 'person.alert.created' then 'true'", "= 'person.alert.created' then 'false'"),
        "person": ("event.number as prison_number", "'J' || event.number as prison_number"),
    },
}
STANDS = {
    "custody_roll": """
        select 'person', source_key, prison_number, sex_code, null, null, null
        from record.person where source_system = '{0}'
        union all
        select 'episode', e.source_key, p.source_key, e.status_source_value, e.category_source_value,
            e.valid_from::text, e.valid_to::text
        from record.custody_episode as e inner join record.person as p on e.person_id = p.id
        where e.source_system = '{0}'
        union all
        select 'movement', source_key, direction_source_value, moved_at::text, null, null, null
        from record.movement where source_system = '{0}'
        order by 1, 2
    """,
    "hmpps_event": """
        select 'person', source_key, prison_number, null, null, null from record.person where source_system = '{0}'
        union all
        select 'alert', source_key, null, kind_code, is_active::text, valid_to::text
        from record.alert where source_system = '{0}'
        order by 1, 2
    """,
}


def keep(place: Path, name: str, beneath: str, *, is_changed: bool) -> None:
    """A mapping of the agency's own over one of ours, in nothing another or with changes."""
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(
        f'kind = "{name}"\nversion = "{2 if is_changed else 1}"\nextends = "{beneath}"\n'
    )
    for entity, (was, becomes) in CHANGES[beneath].items() if is_changed else ():
        text = shipped_files(beneath).texts[entity]
        assert was in text
        (folder / f"{entity}.sql").write_text(text.replace(was, becomes), encoding="utf-8")


class World:
    """Two sources that give the same: one read by the changed mapping from the start, the other mapped again by it."""

    def __init__(self, database: Database, place: Path, beneath: str) -> None:
        self.database, self.place, self.beneath, self.number = database, place, beneath, next(numbers)
        self.clock = SteppedClock(NOW + timedelta(days=100 * self.number))
        keep(place, "later", beneath, is_changed=True)
        keep(place, "mended", beneath, is_changed=False)
        self.intake = Intake(database=database, clock=self.clock, accepted="small", mappings=Mappings(place))
        self.sources = {name: self.source(name) for name in ("later", "mended")}

    def source(self, name: str) -> Source:
        source = Source(
            name=f"{name}-{self.number}",
            kind="files",
            location=str(self.place),
            mapping=name,
            agency_code="HMPPS",
            time_zone="Europe/London",
        )
        with self.database.connection(Principal.LOADER) as connection:
            add_source(connection, source, at=self.clock.now(), mappings=self.intake.mappings)
        return source

    def stands(self, name: str) -> list[tuple[object, ...]]:
        return select(self.database, STANDS[self.beneath].format(self.sources[name].name))

    def require_the_law(self) -> None:
        source, before = self.sources["mended"], self.stands("mended")
        self.clock.move(timedelta(hours=1))
        nothing = self.intake.map_again(source, is_trial=False)
        assert not nothing.is_refused, nothing.report.issues
        assert not nothing.report.counts.is_any_news, (nothing.report.entities, nothing.report.fields)
        assert self.stands("mended") == before
        keep(self.place, "mended", self.beneath, is_changed=True)
        self.clock.move(timedelta(hours=1))
        shown = self.intake.map_again(source, is_trial=True)
        assert self.stands("mended") == before, "a trial leaves nothing"
        self.clock.move(timedelta(hours=1))
        done = self.intake.map_again(source, is_trial=False, shown=shown)
        assert done.entities == shown.entities
        assert self.stands("mended") == self.stands("later")


def people(standing: dict[str, tuple[int, str]]) -> Sequence[Person]:
    return [
        person(key, f"2026-05-{admitted:02}T10:00:00.000", level=level) for key, (admitted, level) in standing.items()
    ]


@few
@given(rolls=ROLLS)
def test_rolls_mapped_again_come_to_what_the_mapping_would_have_made_of_them_when_they_came(
    database: Database, rolls: list[dict[str, tuple[int, str]]]
):
    with TemporaryDirectory() as folder:
        world = World(database, Path(folder) / "mappings", "custody_roll")
        taken = 0
        for number, standing in enumerate(rolls, 1):
            made = write_roll(Path(folder) / "rolls", day(number), people(standing))
            for source in world.sources.values():
                world.clock.move(timedelta(minutes=1))
                report = world.intake.ingest(source, [made]).batches[0]
                taken += report.seq is not None
        if taken:
            world.require_the_law()


@few
@given(groups=EVENTS)
def test_messages_mapped_again_come_to_what_the_mapping_would_have_made_of_them_when_they_came(
    database: Database, groups: list[list[tuple[str, int, str]]]
):
    with TemporaryDirectory() as folder:
        world = World(database, Path(folder) / "mappings", "hmpps_event")
        taken = 0
        for group in groups:
            # Nobody else's: what other sources know of a person would place what is told of them.
            number = f"A{world.number:04}AA"
            bodies = [
                event(
                    kind, EVENTS_AT - timedelta(minutes=ago), number=number, alertUuid=f"{number} {key}", alertCode="HA"
                )
                for kind, ago, key in group
            ]
            for source in world.sources.values():
                world.clock.move(timedelta(minutes=1))
                report = world.intake.take_post(source, post_of(bodies)).report
                taken += report is not None and report.seq is not None
        if taken:
            world.require_the_law()
