"""HTTP as the node speaks it to sources: one host, bounded retries, bounded sizes, and nothing of it in a log."""

import logging
import os
import re
import socket
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx

from watchroom.sources.connectors.contract import Asked, FailureCode, FetchError
from watchroom.sources.connectors.guard import Guard

TRIES = 4
_REDIRECTS_AT_MOST = 3
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_FIRST_PAUSE = 1.0
# A source that asks for more is left alone until the next time.
_LONGEST_PAUSE = 30
_OK, _NOT_MODIFIED = 200, 304
_AWAY = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429, 500, 502, 503, 504)
# What may be said of the first answer when it is asked for again.
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


class Exchange:
    """Asks one source, which is one scheme, host and port."""

    def __init__(self, asked: Asked, client: httpx.Client, guard: Guard) -> None:
        self._asked = asked
        self._client = client
        self._guard = guard
        self._line: socket.socket | None = None
        self._origin = _origin(asked.location)
        self.size = 0

    def get(self, url: str, into: BinaryIO, *, validators: Mapping[str, str] | None = None) -> dict[str, str] | None:
        """Write what stands at an address of the source to `into`.

        Args:
            url: absolute, or as one page of the source names another.
            into: is written anew at each try.
            validators: the headers of the answer that is known.

        Returns:
            the answer's headers that matter, by names in small letters; None: what is known has not changed.

        Raises:
            FetchError: it cannot be had.
        """
        headers = {name: validators[key] for key, name in _CONDITIONS.items() if validators and key in validators}
        for number in range(1, TRIES + 1):
            into.seek(0)
            into.truncate()
            self._guard.require()
            try:
                return self._once(self.own(url, url), into, headers)
            except FetchError as fault:
                self._guard.require()
                waits = max(fault.retry_after, _FIRST_PAUSE * 2 ** (number - 1))
                is_final = fault.code not in (FailureCode.UNREACHABLE, FailureCode.OVERLOADED)
                if is_final or number == TRIES or waits > _LONGEST_PAUSE:
                    raise
                self._asked.pause(float(waits))
        raise AssertionError

    def _once(self, url: str, into: BinaryIO, headers: Mapping[str, str]) -> dict[str, str] | None:
        for _ in range(_REDIRECTS_AT_MOST + 1):
            try:
                with self._client.stream("GET", url, headers=headers, extensions={"trace": self._note}) as answer:
                    if answer.status_code in _AWAY:
                        url = self.own(url, answer.headers.get("location", ""))
                        continue
                    if answer.status_code == _NOT_MODIFIED and headers:
                        return None
                    self._require_ok(answer)
                    self._write(answer, into)
                    return {name.lower(): value for name, value in answer.headers.items()}
            except httpx.DecodingError:
                raise _unreadable("what it sends is packed, and cannot be unpacked") from None
            except httpx.HTTPError as fault:
                raise _unreachable(fault) from None
        raise FetchError(
            FailureCode.REDIRECTED, "the source sends from one address to the next without end; see its address"
        )

    def own(self, url: str, next_url: str) -> str:
        """The address to which one of the source leads.

        Raises:
            FetchError: it is of another host: neither question nor secret goes there.
        """
        try:
            led = urljoin(url, next_url)
            is_own = _origin(led) == self._origin
        except ValueError:
            raise _unreadable("it names a next address that is none") from None
        if not is_own:
            message = (
                "the source sends to another host, scheme or port, where nothing is asked; give that address itself"
            )
            raise FetchError(FailureCode.REDIRECTED, message)
        return led

    def _write(self, answer: httpx.Response, into: BinaryIO) -> None:
        most = self._asked.number("most")
        # Unpacked bytes are counted, so that a small answer cannot become a large one. They are taken as they come:
        # whoever collects them first hears nothing of a source that gives one at a time.
        for block in answer.iter_bytes():
            self.size += len(block)
            self._asked.watch(len(block))
            self._guard.require()
            if self.size > most:
                message = f"the source gives more than {most} bytes; raise the option `most` if that is right"
                raise FetchError(FailureCode.TOO_LARGE, message)
            into.write(block)

    def _note(self, event: str, told: Mapping[str, Any]) -> None:
        """Have the guard cut the line that was just opened."""
        if event != "connection.connect_tcp.complete":
            return
        self.let_go()
        line = socket.socket(fileno=os.dup(told["return_value"].get_extra_info("socket").fileno()))

        def cut() -> None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        self._line = line
        self._guard.cuts(cut)

    def let_go(self) -> None:
        """Hold no line any more."""
        self._guard.cuts(None)
        if self._line is not None:
            self._line.close()
            self._line = None

    def _require_ok(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status == _OK:
            return
        if status in (401, 403):
            message = f"the source does not let the node in (status {status}); give another --secret-file"
            raise FetchError(FailureCode.UNAUTHORISED, message)
        if status in _LATER:
            waits = retry_after(answer.headers.get("retry-after", ""), now=self._asked.now)
            message = f"the source cannot answer now (status {status}); it is asked again later"
            raise FetchError(FailureCode.OVERLOADED, message, retry_after=waits)
        message = f"the source answers with status {status}; see whether its address and options are right"
        raise FetchError(FailureCode.REFUSED_REQUEST, message)


@contextmanager
def exchange_with(asked: Asked) -> Generator[Exchange]:
    """What asks the source. Certificates are verified; no proxy or file of the environment is used.

    Raises:
        FetchError: the certificates that were named cannot be read.
    """
    # Addresses may hold what was searched for, so they are told to no log.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    verify = True
    if asked.options["ca"]:
        import ssl

        try:
            verify = ssl.create_default_context(cafile=asked.options["ca"])
        except (OSError, ssl.SSLError):
            message = "the file that the option `ca` names holds no certificates that can be read"
            raise FetchError(FailureCode.UNREACHABLE, message) from None
    headers = {"User-Agent": "watchroom", **_credentials(asked)}
    client = httpx.Client(verify=verify, trust_env=False, follow_redirects=False, timeout=_TIMEOUT, headers=headers)
    with client, Guard(asked) as guard:
        exchange = Exchange(asked, client, guard)
        try:
            yield exchange
        finally:
            exchange.let_go()


def retry_after(text: str, *, now: datetime) -> int:
    """Seconds for which a source asks to be left alone, at most a day; 0: it does not say so readably."""
    if re.fullmatch(r"[0-9]{1,9}", text.strip(), re.ASCII):
        return min(int(text), 86_400)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0
    seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return int(min(max(seconds, 0), 86_400))


def _credentials(asked: Asked) -> dict[str, str]:
    if asked.secret is None:
        return {}
    how, shown = asked.options["auth"], asked.secret.reveal()
    if how == "bearer":
        return {"Authorization": f"Bearer {shown}"}
    if how == "basic":
        return {"Authorization": f"Basic {b64encode(shown.encode()).decode()}"}
    return {how.removeprefix("header:"): shown}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _unreachable(fault: httpx.HTTPError) -> FetchError:
    # What the driver says may hold the address; its kind is enough to act on.
    why = "its certificate is not accepted" if "CERTIFICATE_VERIFY_FAILED" in str(fault) else type(fault).__name__
    return FetchError(
        FailureCode.UNREACHABLE, f"the source does not answer ({why}); see whether it and the network are up"
    )


def _unreadable(what: str) -> FetchError:
    return FetchError(FailureCode.UNREADABLE, f"the source does not give what was agreed: {what}; see its options")
