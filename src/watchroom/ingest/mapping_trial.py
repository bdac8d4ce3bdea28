"""A mapping tried without a node: over empty tables, and over the small examples that its author wrote beside it.

An example is `tests/NAME.yaml`, or a folder `tests/NAME` with `given/` (files as the source delivers them) and
`expected.yaml`:

    given:                     # tables as text of CSV; not where there is a folder `given`
      KEY_CARDS: |
        CARD_ID,OFFENDER_ID
        1,-1001
    extract_at: 2026-07-24 08:00     # by the source's clock; it may be left out
    expected:                  # rows by entity: all of them, each with the columns that are to be compared
      hmpps_x_key_card:
        - {source_key: "1", person_key: "-1001"}
    issues:                    # codes of issues by table; those that are not named must not come
      KEY_CARDS: [value_missing]
"""

import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from watchroom.ingest.duck import Duck, RunError
from watchroom.ingest.issues import Issue, issue_of_fault
from watchroom.ingest.lineage import source_columns
from watchroom.ingest.mapper import Mapper, MappingRunError
from watchroom.ingest.mapping import Mapping as SourceMapping
from watchroom.ingest.mapping import MappingError
from watchroom.ingest.mapping_check import Flaw, flaws_of
from watchroom.ingest.turn import make_turn
from watchroom.ingest.typed import typed_sql
from watchroom.ingest.values import values_of
from watchroom.model.catalogue import Catalogue
from watchroom.sources.file_names import table_of
from watchroom.sources.files import SourceFile, read_content, read_folder

_SOME_INSTANT = datetime(2026, 1, 1, 12)  # noqa: DTZ001  by the clock of a source
_EXPECTED = frozenset({"given", "extract_at", "expected", "issues"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one example.

    Attributes:
        name: of the example.
        faults: what came otherwise than expected, by entity, key and column, never a value; empty: it holds.
    """

    name: str
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The example for a JSON document."""
        return {"name": self.name, "holds": not self.faults, "faults": list(self.faults)}


def flaws_when_run(mapping: SourceMapping, model: Catalogue) -> tuple[Flaw, ...]:
    """Everything for which a mapping may not run, or cannot, over tables without a row."""
    return flaws_of(mapping, model) or tuple(_unbound(mapping, model))


def _unbound(mapping: SourceMapping, model: Catalogue) -> Iterator[Flaw]:
    with _duck() as duck:
        try:
            mapper = Mapper(duck, mapping, zone=mapping.time_zone)
        except RunError as fault:
            yield _said("macros", fault)
            return
        mapper.take([])
        _lay_rolls(duck, mapping)
        try:
            duck.set({"extract_at": ("timestamp", _SOME_INSTANT), "default_instants": ("timestamp[]", ())})
            duck.run(mapping.prelude)
        except RunError as fault:
            yield _said("prelude", fault)
            return
        for name, text in mapping.entities.items():
            typed = typed_sql(text, values_of(model.entity(name), tuple(source_columns(text))))
            yield from _tried(duck, name, f"create table typed_{name} as {typed}")
        if mapping.findings:
            yield from _tried(duck, "findings", f"create table found as {mapping.findings}")


def _tried(duck: Duck, part: str, statement: str) -> Iterator[Flaw]:
    try:
        duck.run(statement)
    except RunError as fault:
        yield _said(part, fault)


def _said(part: str, fault: Exception) -> Flaw:
    # The tables are empty, so that what DuckDB says can name no value but one that the mapping itself holds.
    return Flaw(file=f"{part}.sql", message=f"DuckDB cannot run this: {str(fault).splitlines()[0]}")


def try_examples(mapping: SourceMapping, model: Catalogue, folder: Path) -> tuple[Tried, ...]:
    """What became of the examples that stand beside a mapping, by name; none where there is none.

    Args:
        mapping: that was found to be sound.
        model: of the node.
        folder: of the mapping.

    Raises:
        MappingError: an example cannot be read.
    """
    place = folder / "tests"
    found = sorted(place.iterdir()) if place.is_dir() else []
    return tuple(
        Tried(name=path.stem, faults=tuple(_faults(mapping, model, path)))
        for path in found
        if path.suffix == ".yaml" or (path / "expected.yaml").is_file()
    )


def _faults(mapping: SourceMapping, model: Catalogue, path: Path) -> Iterator[str]:
    said = _example(path)
    with _duck() as duck:
        mapper = Mapper(duck, mapping, zone=mapping.time_zone)
        files = list(_given(mapper, path, said))
        issues = [issue_of_fault(fault) for file in files for fault in file.faults]
        mapper.take(files)
        _lay_rolls(duck, mapping)
        at = said.get("extract_at", _SOME_INSTANT)
        made: dict[str, list[dict[str, str | None]]] = {}
        try:
            mapper.prepare(extract_at=at, default_instants=[at] if "extract_at" in said else [])
            issues += mapper.findings(duck)
            for name in mapping.entities:
                mapped = mapper.map(duck, model.entity(name))
                issues += mapped.issues
                made[name] = list(_rows(mapper, duck, mapped))
        except MappingRunError as fault:
            yield str(fault)
            return
    yield from _compared(made, said.get("expected") or {})
    yield from _untold(issues, said.get("issues") or {})


def _compared(made: Mapping[str, Sequence[Mapping[str, str | None]]], expected: Mapping[str, Any]) -> Iterator[str]:
    for entity in sorted(made.keys() | expected.keys()):
        rows = {row["source_key"]: row for row in made.get(entity, ())}
        wanted = cast(list[dict[str, object]], expected.get(entity) or [])
        keys = {_text(row.get("source_key")) for row in wanted}
        for number, row in enumerate(wanted, start=1):
            got = rows.get(_text(row.get("source_key")))
            if got is None:
                yield f"{entity}: row {number} of those that are expected was not made"
                continue
            for column, value in row.items():
                if column not in got:
                    yield f"{entity}: row {number}: the mapping gives no `{column}`"
                elif not _is_same(got[column], value):
                    yield f"{entity}: row {number}: `{column}` is another"
        if more := len(rows.keys() - keys):
            yield f"{entity}: {more} rows were made that are not expected"


def _untold(issues: Sequence[Issue], expected: Mapping[str, Sequence[str]]) -> Iterator[str]:
    told = {(table_of(issue.file or ""), issue.code) for issue in issues}
    wanted = {(table.upper(), code) for table, codes in expected.items() for code in codes}
    yield from (f"{table}: issue `{code}` is expected and did not come" for table, code in sorted(wanted - told))
    yield from (f"{table}: issue `{code}` came and is not expected" for table, code in sorted(told - wanted))


def _rows(mapper: Mapper, duck: Duck, mapped: Any) -> Iterator[dict[str, str | None]]:
    """The rows that would be staged and are not held back, each by column as COPY's text format gives it."""
    content = b"".join(bytes(block) for block in mapper.blocks(duck, mapped)).decode()
    for line in content.splitlines():
        row = dict(zip(mapped.columns, (_read(part) for part in line.split("\t")), strict=True))
        if row.pop("held") != "true":
            yield row


def _read(part: str) -> str | None:
    if part == "\\N":
        return None
    for written, mark in (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r")):
        part = part.replace(written, mark)
    return part.replace("\\\\", "\\")


def _is_same(got: str | None, wanted: object) -> bool:
    if got is None or wanted is None:
        return got is None and wanted is None
    if isinstance(wanted, bool):
        return got in (("t", "true") if wanted else ("f", "false"))
    if isinstance(wanted, datetime | date):
        return _instant(got) == _instant(wanted.isoformat())
    if isinstance(wanted, int | float):
        return float(got) == wanted if _is_number(got) else False
    return got == str(wanted) or (_instant(got) is not None and _instant(got) == _instant(str(wanted)))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _given(mapper: Mapper, path: Path, said: Mapping[str, Any]) -> Iterator[SourceFile]:
    if path.is_dir():
        yield from read_folder(path / "given", take=mapper.delivered.receive).files
        return
    for table, text in cast(dict[str, object], said.get("given") or {}).items():
        yield from read_content(f"{table}.csv", str(text).encode(), take=mapper.delivered.receive).files


def _example(path: Path) -> Mapping[str, Any]:
    file = path / "expected.yaml" if path.is_dir() else path
    try:
        said: Any = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, OSError, UnicodeDecodeError):
        raise MappingError(f"`{file}` is no YAML that can be read; compare it with an example of ours") from None
    if not isinstance(said, dict) or not cast(dict[str, Any], said).keys() <= _EXPECTED:
        raise MappingError(f"`{file}` may say {', '.join(sorted(_EXPECTED))}, and nothing else")
    example = dict(cast(dict[str, Any], said))
    if "extract_at" in example:
        given = example["extract_at"]
        if isinstance(given, date) and not isinstance(given, datetime):
            given = datetime.combine(given, time())
        if not isinstance(given, datetime):
            raise MappingError(f"`extract_at` of `{file}` is no day and time such as 2026-07-24 08:00")
        example["extract_at"] = given.replace(tzinfo=None)
    return example


@contextmanager
def _duck() -> Generator[Duck]:
    with tempfile.TemporaryDirectory() as overflow, closing(Duck(overflow=Path(overflow))) as duck:
        yield duck


def _lay_rolls(duck: Duck, mapping: SourceMapping) -> None:
    """What a mapping of rolls reads beside its table: nothing was there before."""
    if mapping.snapshot is None:
        return
    columns = ", ".join(f"cast(null as varchar) as {name}" for name in mapping.rule(mapping.snapshot.table).columns)
    duck.run(f"create view earlier_roll as select {columns} where false")
    at = _SOME_INSTANT.replace(tzinfo=UTC)
    make_turn(duck, mapping.snapshot, (), moment=(at, at), may_end=True)
