"""A node takes in what two agencies of the example world write, and its staff see whom they may see."""

import csv
import json
from collections.abc import Generator
from datetime import date, timedelta
from pathlib import Path

import pytest
from standing import standing_node
from test_commands import run

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county_time import midnight
from watchroom.demo.world.happening import days_of
from watchroom.demo.world.partners.courts import Courts
from watchroom.demo.world.partners.health import HealthTrust
from watchroom.demo.world.partners.police import CustodySuites
from watchroom.demo.world.partners.probation import Probation
from watchroom.demo.world.partners.society import FIRST_LIFE, Society
from watchroom.demo.writers.delius import Delius
from watchroom.demo.writers.fhir import HealthFeed

BEGINS = date(2026, 6, 22)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An extract of Delius after two days, and the messages of health of the second; folders."""
    society = Society(Chance(11))
    held = [(FIRST_LIFE + number, "ORM") for number in range(400)]
    parts = (CustodySuites(society), Courts(society), Probation(society), HealthTrust(society, held=held))
    delius, feed = Delius(society), HealthFeed(society)
    messages = tmp_path_factory.mktemp("health")
    for day in days_of(parts, [BEGINS, BEGINS + timedelta(days=1)]):
        for one in day.happenings:
            delius.hear(one)
            sent = feed.message(one)
            if sent is not None and one.at > midnight(BEGINS + timedelta(days=1)):
                (messages / sent.name).write_bytes(sent.content)
    return delius.write(tmp_path_factory.mktemp("delius")), messages


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, written: tuple[Path, Path]) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("node") / "n"
    with standing_node(folder, "--agency", "NPS", "--name", "Probation Service"):
        for name, place, mapping in (("delius", written[0], "delius"), ("health", written[1], "fhir_health")):
            added = run("source", "add", folder, name, "--kind", "files", "--at", place, "--map", mapping)
            assert added.exit_code == 0, added.stderr
        assert run("user", "add", folder, "officer", "--role", "responsible_officer").exit_code == 0
        yield folder


def taken(node: Path, source: str) -> dict[str, object]:
    answer = run("ingest", node, source, "--json")
    assert answer.exit_code == 0, answer.stderr
    told: dict[str, object] = json.loads(answer.stdout)
    return told


def test_both_are_taken_in_whole_and_no_restricted_record_is_seen(node: Path, written: tuple[Path, Path]) -> None:
    for source in ("delius", "health"):
        totals = taken(node, source)["totals"]
        assert isinstance(totals, dict)
        assert totals["new"] > 30
        assert totals["quarantined"] == 0
    seen = run("see", node, "person", "--as", "officer", "--purpose", "public-protection.supervision", "--json")
    numbers = {row["prison_number"] for row in json.loads(seen.stdout)["rows"]}
    with (written[0] / "OFFENDER.csv").open(encoding="utf-8", newline="") as stream:
        people = list(csv.DictReader(stream))
    hidden = {
        row["NOMS_NUMBER"] or row["CRN"]
        for row in people
        if "1" in (row["CURRENT_RESTRICTION"], row["CURRENT_EXCLUSION"])
    }
    assert hidden
    assert not hidden & numbers
    assert len(numbers) > 50
