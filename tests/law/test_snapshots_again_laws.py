"""Snapshots mapped again leave what there would be, had the mapping been the new one when they came."""

import json
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batches import select
from feeds import NOW, worked
from watchroom.ingest.mapping import Mappings
from watchroom.ingest.mapping_files import shipped_files
from watchroom.ingest.registry import Source, add_source, find_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

# Each example is a few sources of one database, which is much faster than a database each.
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
numbers = count()

CHANGE = ("newest.status as status_text", "'was ' || newest.status as status_text")
# Each delivery is one or two snapshots: of which fires, with a part that cannot be read or not; accepted or not.
SNAPSHOT = st.tuples(st.sets(st.integers(1, 8)), st.sampled_from([False, False, True]))
DELIVERIES = st.lists(st.tuples(st.lists(SNAPSHOT, min_size=1, max_size=2), st.booleans()), min_size=1, max_size=5)
# Since which delivery one is no longer reported: the two sources take theirs one after the other.
STANDS = """
    select
        t.source_key, t.status_text, t.latitude,
        (
            select count(*) from ingest.batch
            where batch.source_system = '{0}' and batch.seq is not null and batch.rerun_of is null
                and batch.as_at <= t.no_longer_reported_at
        )
    from record.incident as t where t.source_system = '{0}'
    order by 1
"""


def keep(place: Path, kind: str, *, is_changed: bool) -> None:
    folder = place / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(
        f'kind = "{kind}"\nversion = "{2 if is_changed else 1}"\nextends = "geojson_incidents"\n'
    )
    text = shipped_files("geojson_incidents").texts["incident"]
    assert CHANGE[0] in text
    (folder / "incident.sql").write_text(text.replace(*CHANGE) if is_changed else text)


def snapshot(fires: set[int], *, is_broken: bool) -> bytes:
    first = json.loads(worked("incidents.json"))["features"][0]
    features = [{**first, "id": number} for number in sorted(fires)]
    broken = [{"type": "Featur", "id": 99}] if is_broken else []
    return json.dumps({"type": "FeatureCollection", "features": [*features, *broken]}).encode()


def source_of(database: Database, intake: Intake, kind: str, name: str, *, place: Path) -> Source:
    source = Source(name=name, kind="files", location=str(place), mapping=kind, agency_code="EXAMPLE")
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=intake.clock.now(), mappings=intake.mappings)
        return find_source(connection, name)


@few
@given(deliveries=DELIVERIES)
def test_snapshots_mapped_again_come_to_what_the_mapping_would_have_made_of_them_when_they_came(
    database: Database, deliveries: list[tuple[list[tuple[set[int], bool]], bool]]
):
    with TemporaryDirectory() as folder:
        place, number = Path(folder), next(numbers)
        clock = SteppedClock(NOW + timedelta(days=number))
        mappings = Mappings(place / "mappings")
        intake = Intake(database=database, clock=clock, mappings=mappings)
        keep(place / "mappings", "later", is_changed=True)
        keep(place / "mappings", "mended", is_changed=False)
        names = {kind: f"{kind}-{number}" for kind in ("later", "mended")}
        sources = {kind: source_of(database, intake, kind, name, place=place) for kind, name in names.items()}
        for nth, (snapshots, is_accepted) in enumerate(deliveries):
            laid = place / f"delivery{nth}"
            laid.mkdir()
            for one, (fires, is_broken) in enumerate(snapshots):
                (laid / f"{one}").write_bytes(snapshot(fires, is_broken=is_broken))
            for source in sources.values():
                clock.move(timedelta(minutes=1))
                taking = Intake(
                    database=database, clock=clock, mappings=mappings, accepted="so" if is_accepted else None
                )
                assert not taking.ingest(source, [laid]).is_refused
        stood = select(database, STANDS.format(names["mended"]))
        clock.move(timedelta(hours=1))
        nothing = intake.map_again(sources["mended"], is_trial=False)
        assert not nothing.report.counts.is_any_news, (nothing.report.entities, nothing.report.fields)
        assert select(database, STANDS.format(names["mended"])) == stood
        keep(place / "mappings", "mended", is_changed=True)
        clock.move(timedelta(hours=1))
        assert not intake.map_again(sources["mended"], is_trial=False).is_refused
        assert select(database, STANDS.format(names["mended"])) == select(database, STANDS.format(names["later"]))
