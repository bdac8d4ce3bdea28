"""Whatever bytes a feed gives, its mapping makes records or issues of them, each with its message, and never fails."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codec_samples import samples, tool
from feeds import EXAMPLES
from watchroom.ingest.accounting import Accounting
from watchroom.ingest.hearing import Post, heard_of, post_issues
from watchroom.ingest.mapping import Mapping, load_mapping
from watchroom.ingest.ready import Ready, Room
from watchroom.model.catalogue import catalogue
from watchroom.sources.messages import Message, lay_out

MEMORY = 1 << 29
MUTANTS = 60
OURS = {
    "cap_warning": "warning-*.xml",
    "wzdx_works": "works.json",
    "geojson_incidents": "incidents.json",
    "ical_events": "events.ics",
    "fhir_health": "health-*.json",
    "cad_incident": "control-room-*.json",
}
OTHERS = {
    "cap_warning": ("standards/cap/samples", (".xml", ".cap", ".atom", ".edxlde")),
    "wzdx_works": ("standards/wzdx/samples", (".json", ".geojson")),
    "fhir_health": ("standards/fhir-r4/samples", (".json",)),
    "tfl_disruption": ("standards/tfl", (".json",)),
}
every_feed = pytest.mark.parametrize("name", OURS)


def made(mapping: Mapping, contents: list[bytes]) -> tuple[int, list[str]]:
    """How many records a delivery of those messages would make, and the codes of its issues."""
    rules = mapping.messages
    assert rules is not None
    messages = [Message(name=f"m{number}", content=content) for number, content in enumerate(contents)]
    post = Post(name="tried", rules=rules, heard=heard_of(messages, rules))
    with Ready(mapping, zone=mapping.time_zone, room=Room(overflow=None, memory=MEMORY)) as ready:
        files = lay_out(post.heard, rules.codec, take=ready.mapper.delivered.receive)
        ready.mapper.take(files)
        for known in rules.known:
            ready.duck.rows(known.keys)
        ready.mapper.prepare(extract_at=datetime(2026, 11, 28, tzinfo=UTC).replace(tzinfo=None), default_instants=())
        entities = [one for one in catalogue().entities.values() if one.name in mapping.entities]
        mapped = [ready.mapper.map(ready.duck, entity) for entity in entities]
        found = [*post_issues(post), *ready.mapper.findings(ready.duck), *(one for of in mapped for one in of.issues)]
        for text in (*rules.reported.values(), *rules.withdrawn.values()):
            ready.duck.rows(text)
        accounting = Accounting(ready.duck, mapping)
        ready.mapper.let_go(ready.duck, mapped)
        # INVARIANT: raises where a row is neither in a record nor accounted for.
        found += accounting.account(files).issues
        for issue in found:
            assert issue.file is not None or issue.code in ("elements_lost", "message_repeated"), issue.code
        return sum(one.rows for one in mapped), [issue.code for issue in found]


@every_feed
def test_the_worked_examples_are_taken_whole(name: str):
    records, codes = made(load_mapping(name), [path.read_bytes() for path in sorted(EXAMPLES.glob(OURS[name]))])
    assert records
    assert set(codes) <= {"unmapped_code", "value_missing", "bad_date"}


@every_feed
def test_damaged_messages_make_records_or_issues(name: str):
    mutate = tool("codec_mutations")
    chance = random.Random(43)  # noqa: S311  no secret: the same damage each time
    originals = [path.read_bytes() for path in sorted(EXAMPLES.glob(OURS[name]))]
    mutations = (mutate.flip, mutate.cut, mutate.repeat, mutate.put_in)
    mutants = [chance.choice(mutations)(chance.choice(originals), chance) for _ in range(MUTANTS)]
    records, codes = made(load_mapping(name), mutants)
    assert records, "some of the damage is slight"
    assert codes, "and some is not"


@pytest.mark.parametrize("name", OTHERS)
def test_messages_that_others_published_make_records_or_issues(name: str):
    folder, suffixes = OTHERS[name]
    found: list[Path] = [path for path in samples(folder) if path.suffix in suffixes]
    records, codes = made(load_mapping(name), [path.read_bytes() for path in found])
    assert records > len(found) / 4
    assert "mapping_failed" not in codes
