"""Where a row came from, as a document for programs and as lines for a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from watchroom.gate.lineage import (
    DRIFTED,
    KEPT,
    PLACED,
    UNRELIABLE,
    Behind,
    Delivery,
    MadeBy,
    Origin,
    Place,
    RawColumn,
)
from watchroom.gate.view import Seen
from watchroom.model.text import Text
from watchroom.model.words import Words


def as_json(seen: Seen[Origin | None], words: Words) -> dict[str, object]:
    """The answer as one JSON-able document; of a hidden row and of none it is the same."""
    origin = seen.value
    known: dict[str, object] = {
        "available": origin is not None,
        "as_of": seen.as_of.instant.isoformat(),
        "sequence": seen.as_of.sequence,
    }
    if origin is None:
        return {**known, "next": words.say(Text("gate.not_available.next"))}
    return {
        **known,
        "row": origin.row,
        "delivery": _delivery(origin.delivery),
        "mapping": {**_made_by(origin.made_by), "notes": [words.say(note) for note in notes_of(origin.made_by)]},
        "place": None if origin.place is None else _place(origin.place),
        "tables": list(origin.tables),
        "found_by": list(origin.found),
        "fields": [_field(behind, words) for behind in origin.fields],
        "raw": None if origin.raw is None else [_column(column) for column in origin.raw],
        "raw_note": None if origin.raw is not None else words.say(no_raw(origin)),
    }


def as_lines(seen: Seen[Origin | None], words: Words) -> list[str]:
    """The same as lines: a word for what it is, and what it says, between tabs."""
    origin = seen.value
    if origin is None:
        return [words.phrase("gate.not_available"), f"next\t{words.say(Text('gate.not_available.next'))}"]
    return ["\t".join(line) for line in _lines(origin, words)]


def _lines(origin: Origin, words: Words) -> Iterator[Sequence[str]]:
    yield ("delivery", *_told(origin.delivery, words))
    made_by = origin.made_by
    if made_by.name is not None:
        version = made_by.version or words.phrase("lineage.version_unknown")
        yield ("mapping", made_by.name, version, *map(words.say, notes_of(made_by)))
    if origin.place is not None:
        place = origin.place
        row = "" if place.row is None else words.phrase("lineage.row", row=place.row)
        again = () if place.first_batch is None else (words.phrase("lineage.same_bytes", batch=str(place.first_batch)),)
        other = place.delivery and words.phrase("lineage.of_delivery", delivery=", ".join(_told(place.delivery, words)))
        yield ("place", place.file, row, *again, *((other,) if other else ()))
    is_one = len(origin.fields) == 1
    if origin.found and is_one:
        yield ("found by", ", ".join(origin.found))
    # Of a whole row only what a mapping fills, and not every column that decides: that would be pages.
    for behind in origin.fields:
        if is_one or behind.lineage is not None:
            yield _field_line(behind, origin, words, in_full=is_one)
    if origin.raw is None:
        yield ("raw", words.say(no_raw(origin)))
        return
    for column in origin.raw:
        if column.is_shown:
            yield ("raw", column.name, column.value or "")
    if withheld := [column.name for column in origin.raw if not column.is_shown]:
        yield ("raw", words.phrase("lineage.raw.withheld", columns=", ".join(withheld)))


def _field_line(behind: Behind, origin: Origin, words: Words, *, in_full: bool) -> Sequence[str]:
    parts = [behind.field]
    if behind.field in origin.row and behind.is_shown:
        parts.append("" if origin.row[behind.field] is None else str(origin.row[behind.field]))
    else:
        parts.append(words.phrase("lineage.field.withheld"))
    if behind.lineage is None:
        parts.append(words.phrase("lineage.field.unknown"))
    else:
        given = ", ".join(behind.lineage.gives)
        parts.append(
            words.phrase("lineage.field.gives", columns=given) if given else words.phrase("lineage.field.constant")
        )
        if in_full and behind.lineage.decides:
            parts.append(words.phrase("lineage.field.decides", columns=", ".join(behind.lineage.decides)))
        if behind.lineage.code_list is not None:
            parts.append(words.phrase("lineage.field.code_list", name=behind.lineage.code_list))
    parts += map(words.say, map(flag_text, behind.flags))
    if behind.given_by is not None:
        parts.append(words.phrase("lineage.given_by", delivery=", ".join(_told(behind.given_by, words))))
    return ("field", *parts)


def _told(delivery: Delivery, words: Words) -> Sequence[str]:
    kind = "" if delivery.kind is None else f" ({delivery.kind})"
    sealed = "" if delivery.sealed_at is None else words.phrase("lineage.sealed", at=delivery.sealed_at.isoformat())
    return (f"{delivery.source}{kind}", str(delivery.batch), sealed)


def no_raw(origin: Origin) -> Text:
    """Why there is no raw row; that one names somebody who is hidden is said as that it is not there."""
    if origin.place is None:
        return Text("lineage.no_file")
    if origin.erased_at is not None:
        return Text("lineage.raw.erased", {"at": origin.erased_at.isoformat()})
    return Text("lineage.raw.none")


def notes_of(made_by: MadeBy) -> tuple[Text, ...]:
    """What is to be known of the columns that are told of a mapping."""
    if made_by.name is None or made_by.is_present:
        return ()
    return (Text("lineage.unknown" if made_by.lineage is None else "lineage.changed_since"),)


def flag_text(code: str) -> Text:
    """What is to be known of a value."""
    match code:
        case _ if code == UNRELIABLE:
            return Text("lineage.flag.unreliable")
        case _ if code == KEPT:
            return Text("lineage.flag.kept")
        case _ if code.startswith(DRIFTED):
            return Text(f"lineage.flag.{code}")
        case _ if code == PLACED:
            return Text("lineage.flag.placed")
        case _:
            return Text("lineage.flag.issue", {"code": code})


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _delivery(delivery: Delivery) -> dict[str, object]:
    return {
        "batch": str(delivery.batch),
        "source": delivery.source,
        "kind": delivery.kind,
        "as_at": _instant(delivery.as_at),
        "dated_by": delivery.dated_by,
        "sealed_at": _instant(delivery.sealed_at),
        "sequence": delivery.sequence,
    }


def _made_by(made_by: MadeBy) -> dict[str, object]:
    return {"name": made_by.name, "version": made_by.version, "lineage": made_by.lineage}


def _place(place: Place) -> dict[str, object]:
    first = None if place.first_batch is None else str(place.first_batch)
    return {
        "file": place.file,
        "table": place.table,
        "row": place.row,
        "same_bytes_as_batch": first,
        "of_delivery": None if place.delivery is None else _delivery(place.delivery),
    }


def _field(behind: Behind, words: Words) -> dict[str, object]:
    lineage = behind.lineage
    return {
        "field": behind.field,
        "shown": behind.is_shown,
        "given_by": None if lineage is None else list(lineage.gives),
        "decided_by": None if lineage is None else list(lineage.decides),
        "code_list": None if lineage is None else lineage.code_list,
        "from_before": lineage is not None and lineage.goes_on,
        "flags": [{"code": code, "text": words.say(flag_text(code))} for code in behind.flags],
        "kept_from": None if behind.given_by is None else _delivery(behind.given_by),
    }


def _column(column: RawColumn) -> dict[str, object]:
    return {"column": column.name, "value": column.value, "shown": column.is_shown}
