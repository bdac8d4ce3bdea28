"""The public feeds of which there are recordings: incidents of the NSW Rural Fire Service, and road signs of TfL."""

import csv
import gzip
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path

from watchroom.demo.replayed.recording import Moment, Recording

NSW = (
    "(c) State of New South Wales (NSW Rural Fire Service), www.rfs.nsw.gov.au, CC BY 4.0; replayed, and moved in time"
)
TFL = (
    "Powered by TfL Open Data. Contains OS data (c) Crown copyright and database rights 2016 and Geomni UK Map data"
    " (c) and database rights [2019]; replayed, and moved in time"
)
_STAMP = "%Y%m%dT%H%M%SZ"


def public_feeds(folder: Path) -> tuple[Recording, ...]:
    """The recordings that may stand in a folder, whether or not they do.

    Args:
        folder: with `nsw_rfs_incidents/quiet.../snapshots.tar.gz`, the same of the surge, and `tfl_vms`.
    """
    nsw = folder / "nsw_rfs_incidents"
    return (
        Recording(
            name="fire-quiet-replayed",
            attribution=NSW,
            place=nsw / "quiet_2020-03-05_17" / "snapshots.tar.gz",
            moments=incident_snapshots,
        ),
        Recording(
            name="fire-surge-replayed",
            attribution=NSW,
            place=nsw / "surge_2020-01-30_02-01" / "snapshots.tar.gz",
            moments=incident_snapshots,
        ),
        Recording(
            name="road-signs-replayed",
            attribution=TFL,
            place=folder / "tfl_vms" / "sign_changes_2022-01_03.csv.gz",
            moments=sign_snapshots,
        ),
    )


def incident_snapshots(file: Path) -> Iterator[Moment]:
    """The snapshots of a tar file, each named after the instant at which it was seen."""
    with tarfile.open(file, "r:gz") as archive:
        # They stand in the order in which they were seen, so none has to be kept.
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                seen = datetime.strptime(Path(member.name).stem, _STAMP).replace(tzinfo=UTC)
                yield Moment(at=seen, content=content.read())


def sign_snapshots(file: Path) -> Iterator[Moment]:
    """What all signs showed whenever one of them changed, in the form of the feed: a list of signs."""
    signs: dict[str, dict[str, object]] = {}
    with gzip.open(file) as packed, TextIOWrapper(packed, encoding="utf-8", newline="") as text:
        for seen, changes in groupby(csv.DictReader(text), key=lambda row: row["seen_at"]):
            for row in changes:
                signs[row["siteid"]] = {
                    "lat": float(row["lat"]),
                    "lon": float(row["lon"]),
                    "siteid": row["siteid"],
                    "roadnr": row["roadnr"],
                    "signtext": row["signtext"],
                    "modified": row["modified"],
                }
            shown = [sign for sign in signs.values() if sign["signtext"]]
            yield Moment(at=datetime.fromisoformat(seen), content=json.dumps(shown, indent=2).encode())
