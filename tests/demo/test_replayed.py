"""A recorded feed is played again at another time, with its hours, its days of the week and its zones."""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from codec_samples import samples
from watchroom.demo.replayed.public_feeds import incident_snapshots, public_feeds, sign_snapshots
from watchroom.demo.replayed.recording import Moment, Recording, moved, replayed

BEGINS = datetime(2026, 7, 20, 6, 0, tzinfo=UTC)
FIRST = datetime(2020, 3, 4, 13, 0, 10, tzinfo=UTC)


def of_two(_: Path) -> Iterator[Moment]:
    yield Moment(at=FIRST, content=b'{"pub-date": "2020-03-03T20:46:00+11:00"}')
    yield Moment(at=FIRST + timedelta(minutes=20), content=b'{"updated": "2020-03-04T13:19:30.251Z"}')


def test_it_begins_within_a_week_of_when_it_is_asked_to_at_the_same_hour_of_the_same_day_of_the_week() -> None:
    recording = Recording(name="x-replayed", attribution="", place=Path("x"), moments=of_two)
    first, second = replayed(recording, begins=BEGINS)
    assert timedelta(0) <= first.at - BEGINS < timedelta(days=7)
    assert (first.at.weekday(), first.at.time()) == (FIRST.weekday(), FIRST.time())
    assert second.at - first.at == timedelta(minutes=20)


def test_every_instant_in_it_is_moved_as_far_and_keeps_its_zone_and_its_digits() -> None:
    recording = Recording(name="x-replayed", attribution="", place=Path("x"), moments=of_two)
    first, second = replayed(recording, begins=BEGINS)
    by = first.at - FIRST
    was = datetime.fromisoformat("2020-03-03T20:46:00+11:00")
    assert json.loads(first.content)["pub-date"] == (was + by).isoformat()
    assert json.loads(second.content)["updated"].endswith(":30.251Z")


@pytest.mark.parametrize(
    "text", [b'{"a": "2020-03-04"}', b'{"a": "2020-03-04T10:00:00"}', b'{"a": "works from 2020-03-04T10:00:00Z on"}']
)
def test_what_is_no_instant_with_a_zone_stands_as_it_was(text: bytes) -> None:
    assert moved(text, by=timedelta(days=7)) == text


def test_snapshots_of_an_archive_come_at_the_instants_of_their_names(tmp_path: Path) -> None:
    file = tmp_path / "snapshots.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name in ("20200304T130010Z.geojson", "20200304T132005Z.geojson"):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    found = list(incident_snapshots(file))
    assert [one.at for one in found] == [FIRST, datetime(2020, 3, 4, 13, 20, 5, tzinfo=UTC)]
    assert found[0].content == b"20200304T130010Z.geojson"


def test_signs_are_told_all_at_each_change_and_one_that_went_dark_is_told_no_more(tmp_path: Path) -> None:
    file = tmp_path / "signs.csv.gz"
    header = "seen_at,siteid,roadnr,lat,lon,modified,previous_text,signtext\n"
    rows = [
        "2022-01-27T01:34:02Z,V1,A501,51.5,-0.1,2022-01-24T12:41:51.243Z,,CLOSED\n",
        "2022-01-27T02:00:00Z,V2,A40,51.6,-0.2,2022-01-27T01:59:00Z,,DELAYS\n",
        "2022-01-27T03:00:00Z,V1,A501,51.5,-0.1,2022-01-27T02:58:00Z,CLOSED,\n",
    ]
    file.write_bytes(gzip.compress((header + "".join(rows)).encode()))
    told = [[sign["siteid"] for sign in json.loads(one.content)] for one in sign_snapshots(file)]
    assert told == [["V1"], ["V1", "V2"], ["V2"]]


@pytest.mark.parametrize("name", [one.name for one in public_feeds(Path())])
def test_a_recording_of_a_public_feed_is_played_from_beginning_to_end_in_order(name: str) -> None:
    there = samples("data/nsw_rfs_incidents") + samples("data/tfl_vms")
    (recording,) = (one for one in public_feeds(there[0].parents[2]) if one.name == name)
    assert recording.is_there
    last = BEGINS
    for number, moment in enumerate(replayed(recording, begins=BEGINS)):
        assert moment.at >= last
        last = moment.at
        if number % 50 == 0:
            assert json.loads(moment.content)
            assert re.search(rb'"202[0-4]-', moment.content) is None, "nothing is told of the year of the recording"
    assert last > BEGINS + timedelta(days=2)
