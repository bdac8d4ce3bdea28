"""Messages as a delivery: which are new, what is said of them, and how they are kept as they came."""

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from watchroom.ingest.duck import Duck, identifier
from watchroom.ingest.issues import Issue, Severity, issue_of_fault
from watchroom.ingest.mapping import Mapping, Messages
from watchroom.ingest.report import BatchReport
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.sources.codecs.tables import MESSAGE_COLUMN
from watchroom.sources.faults import Fault, FaultCode
from watchroom.sources.file_names import table_of
from watchroom.sources.messages import Heard, Message, hear, messages_in
from watchroom.store.database import Connection
from watchroom.store.known import KnownAsked, known_rows

_QUERIES = load_queries("watchroom.ingest", "messages.sql")
_PATHS_TOLD = 20
Answer = Dictionary[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Messages that came together.

    Attributes:
        name: of the delivery.
        rules: how they are read.
        heard: those that are new, in the order in which they came.
        repeated: those that were there before, by name, with what their sender was told then.
        faults: of files that are no message.
        refused_again: of the repeated ones those that could not be read, then or now.
    """

    name: str
    rules: Messages
    heard: tuple[Heard, ...]
    repeated: Dictionary[str, Answer] = field(default_factory=dict[str, Answer])
    faults: tuple[Fault, ...] = ()
    refused_again: tuple[Heard, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every object of every message was taken, so that what is in none is not in the source."""
        is_all_here = bool(self.heard) and not self.faults and not self.repeated
        return is_all_here and all(one.decoded.is_whole for one in self.heard)

    @property
    def is_all_refused(self) -> bool:
        """Whether nothing could be read: an error page that comes again is no word of the source either."""
        is_any_read = len(self.repeated) > len(self.refused_again) or any(
            not one.decoded.is_refused for one in self.heard
        )
        return bool(self.heard or self.faults or self.refused_again) and not is_any_read


def post_in(folder: Path, messages: Messages) -> Post:
    """The messages that a folder delivers, whether they are new or not."""
    if not folder.is_dir():
        message = "there is no such folder; name one that holds the delivery"
        return Post(
            name=folder.name,
            rules=messages,
            heard=(),
            faults=(Fault(code=FaultCode.MISSING_FOLDER, file=folder.name, message=message),),
        )
    found = list(messages_in(folder))
    faults = [one for one in found if isinstance(one, Fault)]
    if not found:
        message = "the folder holds no file; check the delivery"
        faults.append(Fault(code=FaultCode.NO_TABLES, file=folder.name, message=message))
    heard = heard_of([one for one in found if isinstance(one, Message)], messages)
    return Post(name=folder.name, rules=messages, heard=heard, faults=tuple(faults))


def heard_of(given: Sequence[Message], messages: Messages) -> tuple[Heard, ...]:
    """What each message says."""
    return tuple(hear(one, messages.codec, key_table=messages.key_table) for one in given)


def only_new(connection: Connection, post: Post, *, source: str) -> Post:
    """The post without what was there before, or stands in it twice, as loader.

    A message is known by its key, one that cannot be read by its bytes.
    """
    keys = [one.key for one in post.heard if one.key is not None]
    digests = [one.message.sha256 for one in post.heard if one.decoded.is_refused]
    before: dict[str, Answer] = {}
    if keys:
        rows = connection.execute(_QUERIES["keys_before"].text, {"source_system": source, "keys": keys})
        before |= dict(rows.fetchall())
    if digests:
        rows = connection.execute(_QUERIES["refused_before"].text, {"source_system": source, "digests": digests})
        before |= dict(rows.fetchall())
    fresh: dict[str, Heard] = {}
    repeated: dict[str, Answer] = {}
    refused: list[Heard] = []
    for number, one in enumerate(post.heard):
        known_by = one.key or (one.message.sha256 if one.decoded.is_refused else f"{number}")
        if one.decoded.is_refused and (known_by in before or known_by in fresh):
            refused.append(one)
        if known_by in before:
            repeated[one.message.name] = before[known_by]
        elif known_by in fresh:
            repeated[one.message.name] = {"as": fresh[known_by].message.name}
        else:
            fresh[known_by] = one
    return replace(post, heard=tuple(fresh.values()), repeated=repeated, refused_again=tuple(refused))


def post_issues(post: Post) -> Iterator[Issue]:
    """What is wrong with messages as such: a batch of which none can be read is refused, else each stands alone."""
    severity = Severity.FATAL if post.is_all_refused else Severity.CONVENTION
    heard = (*post.heard, *post.refused_again)
    for fault in (*post.faults, *(fault for one in heard for fault in one.decoded.faults)):
        issue = issue_of_fault(fault)
        yield replace(issue, severity=severity) if issue.severity is Severity.FATAL else issue
    lost = dict.fromkeys(path for one in post.heard for path in one.decoded.lost)
    if lost:
        named = ", ".join(list(lost)[:_PATHS_TOLD])
        more = f" and {len(lost) - _PATHS_TOLD} more" if len(lost) > _PATHS_TOLD else ""
        message = f"codec `{post.rules.codec.name}` has no place for {named}{more}; the messages are kept as they came"
        yield Issue(code="elements_lost", severity=Severity.CHARACTERISATION, message=message)
    if post.repeated:
        message = f"messages that were there before, or came twice: {len(post.repeated)}; nothing was written for them"
        yield Issue(code="message_repeated", severity=Severity.CHARACTERISATION, message=message)


def lay_known(duck: Duck, connection: Connection, mapping: Mapping, *, model: Catalogue, source: str) -> None:
    """Make the tables `known_ENTITY` that a mapping of messages looks at, once its own tables are there."""
    for known in mapping.messages.known if mapping.messages else ():
        keys = [str(row[0]) for row in duck.rows(known.keys) if row[0] is not None]
        entity = model.entity(known.entity)
        asked = KnownAsked(by=known.column, values=keys, give=known.give, source_system=source, is_own=known.is_own)
        rows = known_rows(connection, entity, asked) if keys else []
        duck.fill(f"known_{known.entity}", known.give, cast("Sequence[Sequence[str]]", rows))


def placed(duck: Duck, issues: Sequence[Issue], mapping: Mapping) -> tuple[Issue, ...]:
    """Issues of rows, each with the message and the place in it where the row stands."""
    wanted: dict[str, list[int]] = {}
    for issue in issues:
        if issue.row is not None and issue.file is not None and mapping.rule(table_of(issue.file)).columns:
            wanted.setdefault(table_of(issue.file), []).append(issue.row)
    places: dict[tuple[str, int], tuple[str, str]] = {}
    for table, rows in wanted.items():
        found = duck.rows(
            f"select source_row, {MESSAGE_COLUMN}, OBJECT_PLACE from {identifier(f'raw_{table}')}"
            " where source_row in (select unnest($1::bigint[]))",
            sorted(set(rows)),
        )
        places |= {(table, row): (message, place or "") for row, message, place in found}
    return tuple(_at(issue, places) for issue in issues)


def _at(issue: Issue, places: Dictionary[tuple[str, int], tuple[str, str]]) -> Issue:
    found = places.get((table_of(issue.file or ""), issue.row or 0))
    return issue if found is None else replace(issue, file=found[0], row=None, place=found[1])


def enter_messages(connection: Connection, report: BatchReport, post: Post) -> None:
    """Keep messages as they came, as loader: of a batch that is refused all of them, so that nothing is lost."""
    answers = answers_of(post, report)
    with connection.cursor() as cursor:
        cursor.executemany(
            _QUERIES["enter_message"].text,
            [
                {
                    "batch_id": report.id,
                    "source_system": report.source,
                    "message_key": None if report.is_refused else one.key,
                    "name": one.message.name,
                    "sha256": one.message.sha256,
                    "is_refused": report.is_refused or one.decoded.is_refused,
                    "answer": json.dumps(answers[one.message.name]),
                    "content": one.message.kept,
                }
                for one in post.heard
            ],
        )


def answers_of(post: Post, report: BatchReport) -> dict[str, Answer]:
    """What is told of each message: whether it was taken, and what is wrong with it; never a value."""
    told: dict[str | None, list[Issue]] = {}
    for issue in report.issues:
        if issue.severity is not Severity.CHARACTERISATION:
            told.setdefault(issue.file, []).append(issue)
    return {
        one.message.name: {
            "taken": not report.is_refused and not one.decoded.is_refused,
            # What refuses a batch as a whole is said of each.
            "issues": [_as_told(issue) for issue in (*told.get(one.message.name, ()), *told.get(None, ()))],
        }
        for one in post.heard
    }


def _as_told(issue: Issue) -> dict[str, object]:
    return {"code": issue.code, "place": issue.place, "field": issue.field, "message": issue.message}
