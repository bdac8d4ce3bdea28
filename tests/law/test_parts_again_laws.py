"""Parts of tables mapped again leave what there would be, had the mapping been the new one when they came."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parts_world import Part, World, lay
from watchroom.store.database import Database

# Each example is a few sources of one database, which is much faster than a database each.
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PEOPLE = st.dictionaries(st.sampled_from("AB"), st.sampled_from(["1", "2", ""]))
ALERTS = st.dictionaries(
    st.sampled_from("xyz"),
    st.tuples(st.sampled_from("ABC"), st.sampled_from("KL"), st.sampled_from(["", "2026-05-01", "soon"])),
)
PLACES = st.dictionaries(st.sampled_from("PQ"), st.sampled_from(["", "P", "Q", "R"]))
# A table that is not in a part is not in it at all; whether ENDED is a column of the part.
PART = st.tuples(st.none() | PEOPLE, st.none() | ALERTS, st.none() | PLACES, st.booleans()).filter(
    lambda part: any(table is not None for table in part[:3])
)


@few
@given(parts=st.lists(PART, min_size=1, max_size=5), more=PART)
def test_parts_mapped_again_come_to_what_the_mapping_would_have_made_of_them_when_they_came(
    database: Database, parts: list[Part], more: Part
):
    with TemporaryDirectory() as folder:
        world = World(database, Path(folder))
        for number, part in enumerate(parts):
            world.take(lay(Path(folder) / f"part{number}", part))
        world.require_the_law()
        # What comes after a re-run adds to it as it would have done, and so does another re-run.
        world.take(lay(Path(folder) / "after", more))
        assert world.stands("mended") == world.stands("later")
        world.clock.move(timedelta(hours=1))
        again = world.intake.map_again(world.sources["mended"], is_trial=False)
        assert not again.report.counts.is_any_news, (again.report.entities, again.report.fields)
        assert world.stands("mended") == world.stands("later")
