"""Where a row came from, as a document and as lines: both say the same, and no more than may be said."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from gate_world import GOVERNOR, OFFICER
from lineage_world import (
    ALERTS,
    World,
    alert,
    asked,
    rows,
    world_at,
)
from servers import TestServer
from watchroom.gate.door import Seen
from watchroom.gate.lineage import KEPT, PLACED, UNRELIABLE, Origin
from watchroom.gate.lineage_document import as_json, as_lines
from watchroom.model.words import Words


@pytest.fixture(scope="module")
def world(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    with world_at(server, tmp_path_factory.mktemp("lineage")) as made:
        yield made


def lines(seen: Seen[Origin | None]) -> dict[str, list[list[str]]]:
    """The lines of an answer, by what they are of."""
    told: dict[str, list[list[str]]] = {}
    for line in as_lines(seen, Words()):
        what, *said = line.split("\t")
        told.setdefault(what, []).append(said)
    return told


def test_a_document_and_its_lines_say_the_same_of_a_row(world: World):
    seen = asked(world, GOVERNOR, "alert", alert(world, 1)["id"])
    assert seen.value is not None
    document, told = as_json(seen, Words()), lines(seen)
    assert document["place"] == {
        "file": ALERTS,
        "table": "OFFENDER_ALERTS",
        "row": 2,
        "of_delivery": None,
        "same_bytes_as_batch": told["place"][0][2].split()[-1] if len(told["place"][0]) > 2 else None,
    }
    assert told["delivery"][0][:2] == ["nomis (files)", str(seen.value.delivery.batch)]
    assert told["mapping"][0][0] == "nomis"
    fields = {line[0]: line for line in told["field"]}
    kept = next(one for one in document["fields"] if one["field"] == "active_to")  # type: ignore[union-attr]
    assert {flag["code"] for flag in kept["flags"]} >= {KEPT, "bad_date"}
    assert kept["kept_from"]["sequence"] == 1
    # Of a whole row only what the mapping fills, with the flags and the delivery that a value stayed from.
    assert set(fields) == {one["field"] for one in document["fields"] if one["given_by"] is not None}  # type: ignore[union-attr]
    assert "OFFENDER_ALERTS.EXPIRY_DATE" in fields["active_to"][2]
    assert "nomis (files)" in fields["active_to"][-1]
    assert ["EXPIRY_DATE", "soon"] in told["raw"]
    assert {column["column"] for column in document["raw"] if column["shown"]} == {  # type: ignore[union-attr]
        line[0] for line in told["raw"] if len(line) == 2
    }


def test_lines_of_one_field_name_what_decides_it_and_its_code_list(world: World):
    told = lines(asked(world, GOVERNOR, "alert", alert(world, 1)["id"], field="kind_code"))
    assert len(told["field"]) == 1
    assert any("alert_kind" in part for part in told["field"][0])
    (dates,) = rows(world, GOVERNOR, "sentence_key_dates")
    told = lines(asked(world, GOVERNOR, "sentence_key_dates", dates["id"], field="confirmed_release_on"))
    assert "OFFENDER_SENT_CALCULATIONS.OFFENDER_BOOK_ID" in told["found by"][0][0]
    assert any("OFFENDER_RELEASE_DETAILS.RELEASE_DATE" in part for part in told["field"][0])


def test_lines_name_withheld_columns_and_never_what_stands_in_them(world: World):
    seen = asked(world, OFFICER, "alert", alert(world, 1)["id"])
    assert seen.value is not None
    hidden = [column.name for column in seen.value.raw or () if not column.is_shown]
    assert hidden
    told = lines(seen)
    assert told["raw"][-1] == [Words().phrase("lineage.raw.withheld", columns=", ".join(hidden))]


def test_lines_of_what_came_from_no_file_say_that_there_is_no_row(world: World):
    typed = next(row for row in rows(world, GOVERNOR, "person") if row["source_system"] == "typed")
    told = lines(asked(world, GOVERNOR, "person", typed["id"], field="family_name"))
    assert "place" not in told
    assert "mapping" not in told
    assert "no file" in told["raw"][0][0]
    assert Words().phrase("lineage.field.unknown") in told["field"][0]
    # Of a whole row there is then no field to tell of.
    assert "field" not in lines(asked(world, GOVERNOR, "person", typed["id"]))


def test_a_mapping_that_changed_since_and_a_doubtful_date_are_said(world: World):
    seen = asked(world, GOVERNOR, "alert", alert(world, 1)["id"], field="active_to")
    assert seen.value is not None
    (ends,) = seen.value.fields
    for digest, code in ((seen.value.made_by.lineage, "lineage.changed_since"), (None, "lineage.unknown")):
        made_by = replace(seen.value.made_by, lineage=digest, is_present=False)
        doubtful = replace(ends, flags=(UNRELIABLE, PLACED))
        other = replace(seen, value=replace(seen.value, made_by=made_by, fields=(doubtful,)))
        told = lines(other)
        assert told["mapping"][0][2:] == [Words().phrase(code)]
        flags = {Words().phrase("lineage.flag.unreliable"), Words().phrase("lineage.flag.placed")}
        assert flags <= set(told["field"][0])
