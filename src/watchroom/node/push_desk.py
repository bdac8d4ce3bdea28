"""What sources push: who may, what comes at once taken as one batch, and what each sender is told.

A sender is answered when what it sent is committed, and not before. One that hears nothing sends again, and what was
there before writes nothing and is answered the same.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

from psycopg import OperationalError

from watchroom.audit.entries import AuditUnavailableError
from watchroom.ingest.push_secrets import new_secret, pushing_source
from watchroom.ingest.registry import Source
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.secrets import Secret
from watchroom.node.push_settings import PushSettings
from watchroom.node.source_desk import SourceDesk
from watchroom.node.standing import settle, unsettle
from watchroom.store.database import DatabaseUnavailableError
from watchroom.store.roles import Principal

if TYPE_CHECKING:
    from watchroom.ingest.hearing import Answer, Post, PostTaken
    from watchroom.ingest.ready import Ready
    from watchroom.ingest.report import BatchReport
    from watchroom.sources.messages import Message

_LOG = logging.getLogger("watchroom.node")
# Bodies of one batch, and issues told in one answer.
_BODIES_AT_MOST = 2000
_ISSUES_AT_MOST = 1000
_One = TypeVar("_One")
_EMPTY = {"at": "message", "code": "empty_file", "message": "the body holds no message; send one"}


class _LaterError(WatchroomError):
    """Nothing is wrong with what was sent; it can only not be taken now."""


_OUT = (_LaterError, AuditUnavailableError, DatabaseUnavailableError, OperationalError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """One body on its way.

    Attributes:
        source: that sent it.
        content: of the body.
        media_type: as it was sent.
        headers: of the request, names in lower case.
        answer: what its sender is told, once it is committed.
    """

    source: Source
    content: bytes
    media_type: str
    headers: Mapping[str, str]
    answer: Future["Told"] = field(default_factory=Future["Told"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a sender is told: a status of HTTP, and a document of counts, codes and places."""

    status: int
    document: Mapping[str, object]


class PushDesk:
    """Takes what sources push; made once for a node, safe to share between threads."""

    def __init__(self, sources: SourceDesk, settings: PushSettings) -> None:
        """A desk for those sources; its threads begin with the first message."""
        self.settings = settings
        self._sources = sources
        self._lines: dict[str, SimpleQueue[Pushed | None]] = {}
        self._threads: list[Thread] = []
        self._lock = Lock()
        self._ready: dict[str, Ready] = {}
        self._spent: dict[str, Ready] = {}
        self._is_closed = False

    def new_secret(self, name: str) -> Secret[str]:
        """Give a source a fresh secret; the one before opens nothing any more.

        Raises:
            NotFoundError, UsageError: see `ingest.push_secrets.new_secret`.
        """
        with self._sources.database.connection(Principal.LOADER) as connection:
            secret = new_secret(connection, name)
            # Before the commit: without its entry nothing is changed.
            self._sources.enter_change()
        return secret

    def admits(self, name: str, secret: Secret[str]) -> Source | None:
        """The source of that name, if that is its secret; None: there is none, or it is not."""
        with self._sources.database.connection(Principal.LOADER) as connection:
            return pushing_source(connection, name, secret)

    def receive(self, source: Source, content: bytes, *, media_type: str, headers: Mapping[str, str]) -> Future[Told]:
        """What the sender is to be told, once what it sent is committed or set aside."""
        pushed = Pushed(source=source, content=content, media_type=media_type, headers=headers)
        with self._lock:
            if self._is_closed:
                pushed.answer.set_result(_unavailable())
                return pushed.answer
            if source.name not in self._lines:
                line: SimpleQueue[Pushed | None] = SimpleQueue()
                self._lines[source.name] = line
                # INVARIANT: one thread for each source, so that its batches come one after the other.
                thread = Thread(target=self._work, args=(source, line), name=f"push-{source.name}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._lines[source.name].put(pushed)
        return pushed.answer

    def close(self) -> None:
        """Finish what was taken up, and take nothing more."""
        with self._lock:
            self._is_closed = True
            for line in self._lines.values():
                line.put(None)
        for thread in self._threads:
            thread.join()
        if self._threads:
            unsettle()

    def _work(self, source: Source, line: "SimpleQueue[Pushed | None]") -> None:
        is_last = is_settled = False
        while not is_last and (first := line.get()) is not None:
            together, is_last = self._gathered(first, line)
            self._settle(together)
            # To let go of it takes a tenth of a batch, and who sent it has the answer.
            _close(self._spent.pop(source.name, None))
            if line.empty() and not is_last:
                # As it is registered now, and not as it was when the thread began.
                self._make_ready(together[-1].source)
                if not is_settled:
                    # By now everything that it needs is loaded.
                    settle()
                    is_settled = True
        _close(self._ready.pop(source.name, None))

    def _make_ready(self, source: Source) -> None:
        """While nobody waits, what the next batch works in; where that fails, it is made when the batch comes."""
        if source.name in self._ready:
            return
        try:
            self._ready[source.name] = self._sources.intake().ready(source, is_small=True)
        except Exception as fault:  # noqa: BLE001  an entrance: the thread has to go on, or senders wait for ever
            _LOG.warning("nothing could be made ready for `%s`: %s", source.name, type(fault).__name__)

    def _gathered(self, first: Pushed, line: "SimpleQueue[Pushed | None]") -> tuple[list[Pushed], bool]:
        """What came with the first or soon after it; whether nothing comes any more."""
        together = [first]
        size = len(first.content)
        until = monotonic() + self.settings.gather_milliseconds / 1000
        while len(together) < _BODIES_AT_MOST and size < self.settings.bytes_at_most:
            try:
                found = line.get(timeout=max(0.0, until - monotonic()))
            except Empty:
                return together, False
            if found is None:
                return together, True
            together.append(found)
            size += len(found.content)
        return together, False

    def _settle(self, together: Sequence[Pushed]) -> None:
        """Answer each, whatever happens."""
        from watchroom.ingest.alone import SourceEndedError

        try:
            told = self._taken(together)
        except SourceEndedError:
            # It had not when the sender was let in.
            told = [Told(status=410, document={"error": "ended"}) for _ in together]
        except _OUT as fault:
            _LOG.warning("what `%s` pushed cannot be kept now: %s", together[0].source.name, type(fault).__name__)
            told = [_unavailable() for _ in together]
        except Exception as fault:  # noqa: BLE001  an entrance: senders wait for an answer, and the next batch for us
            if len(together) > 1:
                # One of them did it; the others are taken without it.
                for part in halves(together):
                    self._settle(part)
                return
            _LOG.error("what `%s` pushed was not taken: %s", together[0].source.name, type(fault).__name__)
            told = [Told(status=500, document={"error": "fault"}) for _ in together]
        for pushed, answer in zip(together, told, strict=True):
            # Whoever waited may have gone.
            if pushed.answer.set_running_or_notify_cancel():
                pushed.answer.set_result(answer)

    def _taken(self, together: Sequence[Pushed]) -> list[Told]:
        # DuckDB and Arrow are loaded by what takes deliveries; every other command would wait for them in vain.
        from watchroom.ingest.hearing import Post, heard_of
        from watchroom.sources.envelopes import TooManyMessagesError, opened

        source = together[-1].source
        rules = self._sources.mappings.load(source.mapping).messages
        if rules is None:
            raise RuntimeError("a source that pushes has a mapping that names a codec")
        sent: list[list[Message] | None] = []
        for number, one in enumerate(together):
            try:
                found = opened(one.content, rules.codec, media_type=one.media_type, headers=one.headers)
                sent.append([_named(message, number) for message in found])
            except TooManyMessagesError:
                sent.append(None)
        heard = heard_of([one for each in sent if each for one in each], rules)
        answers = self._answers(source, Post(name="push", rules=rules, heard=heard))
        return [_too_many() if each is None else _told(source.name, each, answers) for each in sent]

    def _answers(self, source: Source, post: "Post") -> dict[str, "Answer"]:
        """What is to be told of each message, by its name."""
        from watchroom.ingest.hearing import answers_of

        taken = self._take(source, post)
        fresh, report = taken.fresh, taken.report
        found = dict(fresh.repeated)
        if report is not None:
            _require_in_order(report)
            if report.is_refused and len(fresh.heard) > 1 and not fresh.is_all_refused:
                # One of them stopped the others: by halves, until only that one is set aside.
                for part in halves(fresh.heard):
                    found |= self._answers(source, replace(fresh, heard=tuple(part), repeated={}))
            else:
                found |= answers_of(fresh, report)
        return {name: found[str(answer["as"])] if "as" in answer else answer for name, answer in found.items()}

    def _take(self, source: Source, post: "Post") -> "PostTaken":
        ready = self._ready.pop(source.name, None)
        if ready is not None:
            self._spent[source.name] = ready
        taken = self._sources.intake().take_post(source, post, ready=ready)
        if ready is not None and taken.report is None:
            # It is as it was made.
            self._ready[source.name] = self._spent.pop(source.name)
        return taken


def halves(given: Sequence[_One]) -> tuple[Sequence[_One], Sequence[_One]]:
    """Two halves of two or more, in order."""
    middle = len(given) // 2
    return given[:middle], given[middle:]


def _require_in_order(report: "BatchReport") -> None:
    """Nothing, unless the node's clock stands behind what is sealed: that is no fault of the sender."""
    if any(issue.code == "out_of_order" for issue in report.issues):
        raise _LaterError("the clock of the node stands behind what it has sealed")


def _close(ready: "Ready | None") -> None:
    if ready is not None:
        ready.close()


def _named(message: "Message", number: int) -> "Message":
    return replace(message, name=f"{number + 1}/{message.name}")


def _told(source: str, sent: Sequence["Message"], answers: Mapping[str, "Answer"]) -> Told:
    """The answer to one body. One of whose messages some were taken is no failure: the others are named."""
    taken = sum(bool(answers[one.name]["taken"]) for one in sent)
    # Of what was answered before that was told, nothing is known of it.
    not_kept = sum(bool(answers[one.name].get("not_kept")) for one in sent)
    issues = [
        {"at": one.name.partition("/")[2], **issue}
        for one in sent
        for issue in cast("list[dict[str, object]]", answers[one.name]["issues"])
    ]
    document: dict[str, object] = {
        "source": source,
        "received": len(sent),
        "taken": taken,
        "set_aside": len(sent) - taken - not_kept,
        "not_kept": not_kept,
        "issues": issues[:_ISSUES_AT_MOST] if sent else [_EMPTY],
    }
    # With what is not kept nothing is wrong: sent again it would be no other.
    return Told(status=200 if taken or not_kept else 400, document=document)


def _too_many() -> Told:
    from watchroom.sources.envelopes import MESSAGES_AT_MOST

    return Told(status=413, document={"error": "too_many", "messages_at_most": MESSAGES_AT_MOST})


def _unavailable() -> Told:
    return Told(status=503, document={"error": "unavailable"})
