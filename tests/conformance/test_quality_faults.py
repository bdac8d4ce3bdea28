"""Each check catches the fault that is planted for it, and nothing else changes; no check is without such a fault."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from psycopg import sql

from deliveries import NOW, intake_of
from seeded_faults import FAULTS, LATER, WORLD
from servers import TestServer
from watchroom.model.catalogue import catalogue
from watchroom.model.code_lists import code_list
from watchroom.quality.catalogue import SUBCATEGORIES, Category, checks
from watchroom.quality.counting import bad_keys, probes_of
from watchroom.quality.probes import Around
from watchroom.quality.results import Result, Status
from watchroom.quality.run import measure
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Connection, Database, Principal

Key = tuple[str, str | None, str | None]


def wrong(results: tuple[Result, ...]) -> dict[Key, int]:
    """Bad rows of each result that has any; of one that could not be run -1."""
    return {
        one.key: -1 if one.status is Status.ERROR else one.bad
        for one in results
        if one.bad or one.status is Status.ERROR
    }


def as_owner(connection: Connection, text: str) -> None:
    for statement in text.split(";"):
        if statement.strip():
            done = connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
            assert done.rowcount != 0, f"did nothing: {statement}"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    database: Database
    before: dict[Key, int]


@pytest.fixture(scope="module")
def world(server: TestServer, nomis: Path) -> Generator[World]:
    """The real extract, something for each check to look at, and an earlier delivery to compare with."""
    with server.database(name="faults") as database:
        intake, source = intake_of(database, nomis)
        replace(intake, inspect=Stopping(model=catalogue(), zone=ZoneInfo("Europe/London"))).ingest(source)
        with database.connection(Principal.MIGRATOR) as connection:
            connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
            as_owner(connection, WORLD)
            as_owner(connection, LATER)
            before = wrong(measure(connection, now=NOW, model=catalogue()).results)
        yield World(database=database, before=before)


def test_every_check_has_a_fault_that_is_planted_for_it() -> None:
    assert FAULTS.keys() == checks().keys()


@pytest.mark.parametrize("name", checks())
def test_a_check_catches_its_fault_and_all_others_stay_as_they_were(world: World, name: str) -> None:
    fault = FAULTS[name]
    kinds = code_list("alert_kind").codes.values()
    types = code_list("alert_type").codes
    old = next(one for one in kinds if one.is_withdrawn and one.parent in types and not types[one.parent].is_withdrawn)
    text = fault.does.replace("{withdrawn}", old.code).replace("{parent}", old.parent or "")
    with world.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{world.database.roles.owner}"')  # type: ignore[arg-type]
        as_owner(connection, text) if "record.line_status" not in text else connection.execute(text)  # type: ignore[arg-type]
        after = wrong(measure(connection, now=NOW, model=catalogue()).results)
        connection.rollback()
    changed = {
        key: after.get(key, 0) - world.before.get(key, 0)
        for key in after.keys() | world.before.keys()
        if after.get(key, 0) != world.before.get(key, 0)
    }
    assert changed.keys() == {(name, fault.entity, fault.field)}
    (grown,) = changed.values()
    assert grown == fault.bad or (fault.bad < 0 and grown > 0)


def test_the_bad_rows_that_can_be_named_are_those_that_are_counted(world: World) -> None:
    model = catalogue()
    named = 0
    with world.database.connection(Principal.LOADER) as connection:
        results = {one.key: one for one in measure(connection, now=NOW, model=model).results}
        for entity in model.entities.values():
            for probe in probes_of(entity, Around.of(model, NOW)):
                result = results[probe.check.name, entity.name, probe.field]
                if result.bad:
                    keys = connection.execute(bad_keys(entity, probe, model=model)).fetchall()
                    assert len(keys) == len(set(keys)) == result.bad
                    named += 1
    assert named > 20


def test_every_check_says_what_kind_of_fault_it_finds() -> None:
    for one in checks().values():
        assert one.severity in {"fatal", "convention", "characterisation"}
        assert one.context in {"verification", "validation"}
        known = SUBCATEGORIES[one.category]
        assert (one.subcategory in known) if known else one.subcategory is None
        assert 0 <= one.threshold <= 1
        assert one.title
        assert one.bad
        assert one.of
        assert one.advice
    assert {one.category for one in checks().values()} == set(Category)


OHDSI = {
    *("cdmTable", "cdmField", "isRequired", "cdmDatatype", "isPrimaryKey", "isForeignKey", "fkDomain", "fkClass"),
    *("isStandardValidConcept", "standardConceptRecordCompleteness", "sourceConceptRecordCompleteness"),
    *("sourceValueCompleteness", "measureValueCompleteness", "measurePersonCompleteness"),
    *("measureObservationPeriodOverlap", "measureConditionEraCompleteness"),
    *("plausibleValueLow", "plausibleValueHigh", "plausibleTemporalAfter"),
    *("plausibleStartBeforeEnd", "plausibleBeforeDeath", "plausibleAfterBirth", "plausibleDuringLife"),
    *("plausibleGender", "plausibleGenderUseDescendants", "plausibleUnitConceptIds", "withinVisitDates"),
}


def test_each_type_of_the_dashboard_of_ohdsi_has_a_check_here() -> None:
    assert len(OHDSI) == 27
    assert {name for one in checks().values() for name in one.ohdsi} == OHDSI
