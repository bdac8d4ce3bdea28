"""How commands answer: documents on stdout, messages on stderr, exit status 0, 1 or 2."""

import errno
import functools
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar, cast
from uuid import UUID

import click

from watchroom.kernel.clock import EARLIEST_YEAR, LATEST_YEAR
from watchroom.kernel.errors import UsageError, WatchroomError

P = ParamSpec("P")
R = TypeVar("R")


def say(message: str) -> None:
    """Write a message for the person at the terminal: stderr."""
    click.echo(message, err=True)


# What moves a terminal's cursor, sets its title, colours it, or turns the direction of what follows. A record may hold
# any of it, since somebody typed it into a source system.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def answer(document: object) -> None:
    """Write one JSON document: stdout. What a terminal would obey is escaped, and reads back as it was."""
    click.echo(visible(json.dumps(document, default=_plain, ensure_ascii=False, indent=2)))


def visible(text: str) -> str:
    r"""The text with what a terminal would obey, or that turns its direction, as `\uXXXX`; lines and tabs stay.

    >>> visible("a\x1b[2J")
    'a\\u001b[2J'
    """
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def table(rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as tab-separated lines with a header: stdout."""
    if not rows:
        return
    columns = list(rows[0])
    click.echo("\t".join(columns))
    for row in rows:
        click.echo("\t".join(_cell(row.get(column)) for column in columns))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "record"), counted(2, "record"), counted(0, "body", "bodies")
    ('1 record', '2 records', '0 bodies')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def say_left_off(*, is_more: bool, of: str) -> None:
    """Say that a list is not whole: stderr."""
    if is_more:
        say(f"there are more {of} than are listed; the rest was left off, raise `--limit` to list them")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return _cell(",".join(str(part) for part in cast(list[object], value)))
    return visible(str(_plain(value)).replace("\t", " ").replace("\n", " "))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Path):
        return str(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def refused(reason: str) -> NoReturn:
    """Say a refusal and end with exit status 1."""
    say(f"refused: {reason}")
    sys.exit(1)


def answering(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a known error into one line on stderr and its exit status; anything else is a fault of ours."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except WatchroomError as error:
            say(f"error: {error}")
            sys.exit(error.exit_status)
        except click.ClickException:
            raise
        except click.Abort:
            # There is no terminal, or it was closed: nobody answered what was asked.
            say("not answered, so nothing was done; run it where somebody can answer, or see --help for how to say it")
            sys.exit(1)
        except BrokenPipeError:
            # Whoever read the answer has seen enough; Python would say so once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except OSError as fault:
            say(f"error: {_of_system(fault)}")
            sys.exit(1)
        except Exception as fault:  # noqa: BLE001  an entrance: what a driver says may hold a value of a row
            place = traceback.extract_tb(fault.__traceback__)[-1]
            say(f"error: a fault of ours: {type(fault).__name__} in {Path(place.filename).name}, line {place.lineno}")
            sys.exit(1)
        except KeyboardInterrupt:
            say("stopped")
            sys.exit(130)

    return run


def _of_system(fault: OSError) -> str:
    """What the operating system refused: what, where, and what to do next."""
    where = f"`{fault.filename}`" if fault.filename is not None else "the answer"
    why = (fault.strerror or type(fault).__name__).lower()
    if fault.errno == errno.ENOSPC:
        return f"{where} cannot be written: no space is left there; make room and run the command again"
    if isinstance(fault, PermissionError):
        return f"{where} may not be used by this user; run as the user who made it, or name another place"
    return f"{where} cannot be used: {why}; look at it, or name another place"


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; one without an offset stays without: the node knows its zone (`kernel.clock.in_zone`)."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant, with or without an offset."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` is not an instant such as 2026-07-24T08:00+01:00", param, ctx)
        if not EARLIEST_YEAR <= instant.year <= LATEST_YEAR:
            self.fail(f"`{value}` is not an instant between the years {EARLIEST_YEAR} and {LATEST_YEAR}", param, ctx)
        return instant


class Interval(click.ParamType[timedelta]):
    """How often something comes: a number of minutes, hours or days, such as `15m`, `12h`, `1d`; a year at most."""

    name = "interval"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The interval."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", str(value), re.ASCII)
        interval = timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else None
        if interval is None or interval > _LONGEST:
            self.fail(f"`{value}` is not an interval such as 15m, 12h or 1d, at most 365d", param, ctx)
        return interval


_SECONDS = {"d": 86_400, "h": 3_600, "m": 60}
_LONGEST = timedelta(days=365)


def interval_text(seconds: int | None) -> str | None:
    """An interval as `Interval` reads it; None: there is none."""
    if seconds is None:
        return None
    return next((f"{seconds // unit}{name}" for name, unit in _SECONDS.items() if seconds % unit == 0), f"{seconds}s")


def existing_node(folder: Path) -> Path:
    """`folder`, when a node stands there.

    Raises:
        UsageError: there is none.
    """
    try:
        is_node = (folder / "watchroom.toml").is_file()
    except PermissionError:
        raise UsageError(f"`{folder}` may not be looked at by this user; run as the user who made the node") from None
    if not is_node:
        raise UsageError(f"no node in `{folder}`; make one with `watchroom init {folder} --agency CODE --name TEXT`")
    return folder
