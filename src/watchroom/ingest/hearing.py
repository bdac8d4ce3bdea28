"""Messages as a delivery: which are new, what is said of them, and how they are kept as they came."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from pathlib import Path

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.duck import Duck, identifier
from watchroom.ingest.issues import ISSUES_AT_MOST, Issue, Severity, issue_of_fault
from watchroom.ingest.mapping import Mapping, Messages
from watchroom.ingest.report import BatchReport
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.codecs.contract import LIMITS
from watchroom.sources.codecs.tables import MESSAGE_COLUMN
from watchroom.sources.envelopes import MESSAGES_AT_MOST
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import table_of
from watchroom.sources.files import digest_of_files, entries_of, is_file
from watchroom.sources.messages import Heard, Message, hear, message_in
from watchroom.store.database import Connection
from watchroom.store.known import KnownAsked, known_rows
from watchroom.store.writes import ERASED

_QUERIES = load_queries("watchroom.ingest", "messages.sql")
_PATHS_TOLD = 20
PART = "part"
"""The digest of a batch that is a part of a delivery, and not its last."""
POST_SIZE = LIMITS.size
"""Bytes of messages that are taken as one batch, but for the rest of the last one of them: as many as one may have."""
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
        digest: of the delivery, `PART` of one of which more is to come; None: nobody asks whether it was taken before.
        refused_again: of the repeated ones those that could not be read, then or now.
        is_part: other messages of the same delivery come in another post.
    """

    name: str
    rules: Messages
    heard: tuple[Heard, ...]
    repeated: Dictionary[str, Answer] = field(default_factory=dict[str, Answer])
    faults: tuple[Fault, ...] = ()
    digest: str | None = None
    refused_again: tuple[Heard, ...] = ()
    is_part: bool = False

    @property
    def is_last(self) -> bool:
        """Whether nothing more comes of its delivery."""
        return self.digest != PART

    @property
    def is_new(self) -> bool:
        """Whether there is anything in it that was not there before, or that could not be read then either."""
        return bool(self.heard or self.faults or self.refused_again)

    @property
    def is_whole(self) -> bool:
        """Whether every object of every message was taken, so that what is in none is not in the source."""
        is_all_here = bool(self.heard) and not self.faults and not self.repeated and not self.is_part
        return is_all_here and all(one.decoded.is_whole for one in self.heard)

    @property
    def is_all_refused(self) -> bool:
        """Whether nothing could be read: an error page that comes again is no word of the source either."""
        is_any_read = len(self.repeated) > len(self.refused_again) or any(
            not one.decoded.is_refused for one in self.heard
        )
        return self.is_new and not is_any_read


def posts_in(folder: Path, messages: Messages) -> Iterator[Post]:
    """The messages that a folder delivers, by name, whether they are new or not; so many at a time as memory holds.

    There is at least one post, and the last one says that it is.
    """
    try:
        paths = [path for path in entries_of(folder) if is_file(path)]
    except FileFaultError as fault:
        yield Post(name=folder.name, rules=messages, heard=(), faults=(fault.fault(folder.name),))
        return
    if not paths:
        fault = Fault(
            code=FaultCode.NO_TABLES, file=folder.name, message="the folder holds no file; check the delivery"
        )
        yield Post(name=folder.name, rules=messages, heard=(), faults=(fault,))
        return
    together = _Together(folder.name, messages)
    for number, path in enumerate(paths, start=1):
        together.add(path)
        if number == len(paths) or together.is_full:
            yield together.post(is_last=number == len(paths))


class _Together:
    """Messages of a folder that are taken together."""

    def __init__(self, name: str, rules: Messages) -> None:
        self._name = name
        self._rules = rules
        self._given: list[Message] = []
        self._faults: list[Fault] = []
        self._size = 0
        self._has_more = False
        # Of all files of the folder.
        self._digests: dict[str, str] = {}

    @property
    def is_full(self) -> bool:
        """Whether they are as many as are taken at once."""
        return self._size >= POST_SIZE or len(self._given) + len(self._faults) >= MESSAGES_AT_MOST

    def add(self, path: Path) -> None:
        """Take up what a file holds."""
        found = message_in(path)
        self._digests[path.name] = found.sha256
        if isinstance(found.given, Fault):
            self._faults.append(found.given)
        else:
            self._given.append(found.given)
            self._size += len(found.given.content)

    def post(self, *, is_last: bool) -> Post:
        """Those that were taken up since the one before."""
        post = Post(
            name=self._name,
            rules=self._rules,
            heard=heard_of(self._given, self._rules),
            faults=tuple(self._faults),
            digest=digest_of_files(self._digests) if is_last else PART,
            is_part=self._has_more or not is_last,
        )
        self._has_more = True
        self._given, self._faults, self._size = [], [], 0
        return post


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
    for issue in _first_of_each((*post.faults, *(fault for one in heard for fault in one.decoded.faults))):
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


def _first_of_each(faults: Sequence[Fault]) -> Iterator[Issue]:
    """Faults as issues; of more than `ISSUES_AT_MOST` that say the same only the first ones, with the number of all.

    What a message was answered tells its own all the same.
    """
    numbers = Counter((fault.code, fault.message) for fault in faults)
    given: Counter[tuple[FaultCode, str]] = Counter()
    for fault in faults:
        kind = (fault.code, fault.message)
        given[kind] += 1
        if given[kind] == 1 and numbers[kind] > ISSUES_AT_MOST:
            more = f" (found {numbers[kind]} times in all)"
            yield issue_of_fault(replace(fault, message=f"{fault.message}{more}"))
        elif given[kind] <= ISSUES_AT_MOST:
            yield issue_of_fault(fault)


def lay_known(duck: Duck, connection: Connection, around: Circumstances) -> None:
    """Fill the tables `known_ENTITY` that a mapping of messages looks at, once its own tables are."""
    messages = around.mapping.messages
    for known in messages.known if messages else ():
        keys = [str(row[0]) for row in duck.rows(known.keys) if row[0] is not None]
        entity, whose = around.model.entity(known.entity), around.source.name
        asked = KnownAsked(by=known.column, values=keys, give=known.give, source_system=whose, is_own=known.is_own)
        rows = known_rows(connection, entity, asked) if keys else []
        duck.enter(f"known_{known.entity}", known.give, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTaken:
    """What became of a post.

    Attributes:
        fresh: what of it was new.
        report: of the batch that it made; None: nothing of it was new.
    """

    fresh: Post
    report: BatchReport | None


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


def not_kept_of(duck: Duck, report: BatchReport) -> frozenset[str]:
    """The messages of a batch that is written of which no row was taken, and one was refused since it was erased."""
    if report.is_refused or not any(issue.code in ERASED for issue in report.issues):
        return frozenset()
    fates = duck.rows("select source_table, source_row, is_taken from fate")
    taken: set[str] = set()
    left: set[str] = set()
    for table in dict.fromkeys(one for one, _, _ in fates):
        rows = {row: is_taken for one, row, is_taken in fates if one == table}
        named = duck.rows(f"select source_row, {MESSAGE_COLUMN} from {identifier(f'raw_{table}')}")
        for row, message in named:
            (taken if rows.get(row, False) else left).add(str(message))
    erased = {issue.file for issue in report.issues if issue.code in ERASED}
    return frozenset(one for one in left - taken if one in erased)


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
    """What is told of each message: whether it was taken, and what is wrong with it; never a value.

    Of one about somebody who was erased nothing is kept, and it is told so: neither when that was nor why, nor what was
    known of them.
    """
    told: dict[str | None, list[Issue]] = {}
    for issue in report.issues:
        if issue.severity is not Severity.CHARACTERISATION:
            told.setdefault(issue.file, []).append(issue)
    return {
        one.message.name: {
            "taken": not report.is_refused and not one.decoded.is_refused and one.message.name not in report.not_kept,
            "not_kept": one.message.name in report.not_kept,
            # What refuses a batch as a whole is said of each.
            "issues": [
                _as_told(issue) for issue in (*(told.get(one.message.name) or _own_issues(one)), *told.get(None, ()))
            ],
        }
        for one in post.heard
    }


def _own_issues(heard: Heard) -> list[Issue]:
    """What is wrong with a message as such, where the batch counted it with others that have the same."""
    found = [issue_of_fault(fault) for fault in heard.decoded.faults]
    return [issue for issue in found if issue.severity is not Severity.CHARACTERISATION]


def _as_told(issue: Issue) -> dict[str, object]:
    return {"code": issue.code, "place": issue.place, "field": issue.field, "message": issue.message}
