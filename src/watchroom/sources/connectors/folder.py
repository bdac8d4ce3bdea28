"""A watched folder: each delivery in it is taken once, when it is whole, and never deleted.

It is whole when its marker is there, when its manifest is fulfilled, or when nothing of it changed for a while. What is
taken is a copy of our own, made between two looks that saw the same, so nobody can change it while it is read.
"""

import errno
from contextlib import suppress
from pathlib import Path

from watchroom.kernel.errors import UsageError
from watchroom.sources.connectors.contract import (
    Answer,
    Asked,
    FetchError,
    Kind,
    Laid,
    Nothing,
    Option,
    Refusal,
    Refused,
    nothing_more,
)
from watchroom.sources.connectors.listing import (
    TAKEN_FOLDER,
    Seen,
    Waiting,
    copied,
    digest_of,
    identity_of,
    look,
    stands,
    unreachable,
)

# What a disk of ours says when it is full; nothing is wrong with the folder then.
_OURS = (errno.ENOSPC, errno.EDQUOT)
_MANIFEST_AT_MOST = 4 << 20


def fetch_folder(asked: Asked) -> Answer:
    """The first delivery that waits in the folder, laid down if it is whole."""
    try:
        return _Watched(asked).answer()
    except FetchError as fault:
        return fault.answer()


class _Waits(Exception):  # noqa: N818  it is no error
    """A delivery is not whole yet."""


class _Watched:
    """One look at a watched folder."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._folder = Path(asked.location)
        self._marker = asked.options["marker"]
        self._manifest = asked.options["manifest"]
        self._before: dict[str, str] = {}
        self._refused: dict[str, str] = {}

    def answer(self) -> Answer:
        identity = identity_of(self._folder)
        waiting = self._look()
        if not waiting and self._asked.cursor.get("folder") not in (None, identity):
            raise unreachable(self._folder, "another folder stands in its place, and it is empty")
        known = self._asked.known.before([one.mark for one in waiting])
        last = max((number for number, one in enumerate(waiting) if one.mark in known.taken), default=-1)
        for number, one in enumerate(waiting):
            refusal = known.refused.get(one.mark)
            # What was refused before one that was taken stays behind: tried now it would undo that one.
            is_behind = refusal is not None and number < last
            if one.mark in known.taken or one.own_name in known.superseded or is_behind:
                continue
            try:
                laid = refusal if refusal and not refusal.may_be_tried else self._laid(one, identity)
            except _Waits as why:
                return Nothing(code="not_whole", message=f"`{one.name}` waits: {why}", marks=self._before)
            if isinstance(laid, Laid):
                return laid
            if laid is not None:
                self._refused[one.mark] = f"`{one.name}`, which was refused ({laid.code})"
                if not laid.is_passed_over and not self._asked.is_each_whole:
                    break
        return self._nothing(is_empty=not waiting)

    def _nothing(self, *, is_empty: bool) -> Answer:
        if self._refused:
            *_, last = self._refused.values()
            return Refused(message=f"there is {last} before, so it was not tried again; mend it or ask for it")
        if is_empty:
            return Nothing(code="nothing_new", message="the folder is empty")
        return Nothing(code="nothing_new", message="every delivery in the folder was taken", marks=self._before)

    def _look(self) -> tuple[Waiting, ...]:
        marker = self._marker if self._marker.startswith(".") else ""
        return look(self._folder, by_file=self._asked.by_file, marker=marker)

    def _laid(self, waiting: Waiting, identity: list[int]) -> Laid | Refusal | None:
        """The delivery laid down; None: it was taken before, under another name or with another instant."""
        self._require_whole(waiting)
        target = self._asked.into / waiting.name
        target.mkdir(mode=0o700)
        digests = {file.path.name: self._copied(file, target) for file in self._files(waiting)}
        self._require_same(waiting)
        if self._manifest:
            _require_fulfilled(target / self._manifest, digests)
            digests.pop(self._manifest)
            (target / self._manifest).unlink()
        sha256 = digest_of(digests)
        known = self._asked.known.before([sha256])
        refusal = known.refused.get(sha256)
        if sha256 in known.taken or (refusal and not refusal.may_be_tried):
            for file in target.iterdir():
                file.unlink()
            target.rmdir()
        if sha256 in known.taken:
            self._before[waiting.mark] = sha256
            return None
        if refusal and not refusal.may_be_tried:
            return refusal
        return Laid(
            folder=target,
            cursor={"folder": identity},
            size=sum(file.size for file in waiting.files),
            sha256=sha256,
            mark=waiting.mark,
            name=waiting.own_name,
            supersedes=self._refused if self._asked.is_each_whole else {},
            after=(lambda: _move(waiting)) if self._asked.options["then"] == "move" else nothing_more,
        )

    def _files(self, waiting: Waiting) -> list[Seen]:
        """All but the marker, which holds nothing."""
        return [file for file in waiting.files if file.path.name != self._marker]

    def _require_whole(self, waiting: Waiting) -> None:
        if not self._files(waiting):
            raise _Waits("there is no file in it yet")
        if waiting.is_unfinished:
            raise _Waits("one of its files has the name of one that is being written")
        names = {file.path.name for file in waiting.files}
        if self._marker.startswith("."):
            if not (self._folder / f"{waiting.name}{self._marker}").is_file():
                raise _Waits(f"`{waiting.name}{self._marker}` is not there yet")
        elif self._marker:
            if self._marker not in names:
                raise _Waits(f"its marker `{self._marker}` is not there yet")
        elif self._manifest:
            if self._manifest not in names:
                raise _Waits(f"its manifest `{self._manifest}` is not there yet")
        elif waiting.mark not in self._asked.still:
            self._wait()
            if waiting.mark not in self._asked.still:
                raise _Waits("it is still being changed")

    def _wait(self) -> None:
        """Wait once, for all that are there: what stands as it stood before is still."""
        before = {one.mark for one in self._look()}
        self._asked.pause(float(self._asked.options["still"]))
        self._asked.watch(0)
        self._asked.still.update(before & {one.mark for one in self._look()})

    def _require_same(self, waiting: Waiting) -> None:
        is_same = stands(waiting, by_file=self._asked.by_file)
        if is_same is False or (is_same is None and waiting not in self._look()):
            raise _Waits("it is still being changed")

    def _copied(self, file: Seen, target: Path) -> str:
        self._asked.watch(file.size)
        try:
            return copied(file, target / file.path.name)
        except OSError as fault:
            if fault.errno in _OURS:
                raise
            if fault.errno in (errno.ENOENT, errno.ELOOP):
                raise _Waits("it is still being changed") from None
            raise unreachable(self._folder, (fault.strerror or "").lower()) from None


def _require_fulfilled(manifest: Path, digests: dict[str, str]) -> None:
    """Lines as `sha256sum` writes them; each file of the delivery stands in one."""
    text = manifest.read_bytes()[:_MANIFEST_AT_MOST].decode("utf-8", "replace")
    told: dict[str, str] = {}
    for line in text.splitlines():
        sha256, _, name = line.partition(" ")
        told[name.strip().removeprefix("*").removeprefix("./")] = sha256.strip().lower()
    wrong = [name for name, sha256 in digests.items() if name != manifest.name and told.get(name) != sha256]
    missing = [name for name in told if name and name not in digests]
    if wrong or missing or not told:
        raise _Waits(f"{len(wrong)} files are not as its manifest says, and {len(missing)} of it are not there")


def _move(waiting: Waiting) -> None:
    """Move what was taken aside; what cannot be moved stays, and is remembered."""
    aside = waiting.place / TAKEN_FOLDER if waiting.is_loose else waiting.place.parent / TAKEN_FOLDER
    with suppress(OSError):
        aside.mkdir(exist_ok=True)
        for path in [file.path for file in waiting.files] if waiting.is_loose else [waiting.place]:
            if not (aside / path.name).exists():
                path.rename(aside / path.name)


def _require_path(location: str) -> None:
    if "://" in location:
        raise UsageError("a watched folder is a path of this machine, not an address")


FOLDER = Kind(
    fetch=fetch_folder,
    require=_require_path,
    options={
        "still": Option(
            default="10",
            told="seconds for which nothing of a delivery changes before it counts as whole",
            is_number=True,
        ),
        "marker": Option(
            default="", told="name of the file that says that a delivery is whole; `.done`: NAME.done beside it"
        ),
        "manifest": Option(default="", told="name of the file that lists the delivery's files as `sha256sum` does"),
        "then": Option(default="keep", told="`keep` leaves and remembers what was taken, `move` moves it to `taken/`"),
    },
    poll_seconds=60,
    has_many=True,
)
