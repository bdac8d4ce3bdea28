"""An interface that gives records page by page, read whole: all of its tables, or none of them.

Pages are read one after the other while the source goes on working, so nobody promises that they belong together. A
page that comes twice, or a total that is another at the end than at the beginning, makes the whole reading worth
nothing: it is read once more, and then refused.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from watchroom.sources.connectors.addresses import TABLE
from watchroom.sources.connectors.contract import (
    Answer,
    Asked,
    FailureCode,
    FetchError,
    Laid,
    Nothing,
)
from watchroom.sources.connectors.exchange import Exchange, exchange_with
from watchroom.sources.connectors.page import Page, page_of
from watchroom.sources.connectors.page_ends import require_end, totals_of

_PAGES_AT_MOST = 100_000
_PAGE_AT_MOST = 64 << 20
_VALIDATORS = ("etag", "last-modified")
_NEXT_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*]+=(?:\"[^\"]*\"|[^\s;,\"]+))*)")


def fetch_rest(asked: Asked) -> Answer:
    """All tables of the interface, laid down as files of lines of JSON."""
    size = 0
    try:
        with exchange_with(asked) as exchange:
            try:
                return _Reading(asked, exchange).answer()
            finally:
                size = exchange.size
    except FetchError as fault:
        return fault.answer(size=size)


class _ChangedError(Exception):
    """What was read does not belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A table that was read.

    Attributes:
        sha256: of its lines.
        validators: of its only page; of several pages none says that the others are the same.
    """

    sha256: str
    validators: Mapping[str, str] = field(default_factory=dict[str, str])


class _Reading:
    """One reading of the interface."""

    def __init__(self, asked: Asked, exchange: Exchange) -> None:
        self._asked = asked
        self._exchange = exchange
        self._options = asked.options

    def answer(self) -> Answer:
        wanted = self._wanted()
        if self._is_unchanged([url for _, url in wanted]):
            message = "the source says that nothing has changed"
            return Nothing(code="not_modified", message=message, is_confirmed=True, size=self._exchange.size)
        try:
            read = self._all(wanted)
        except _ChangedError:
            try:
                read = self._all(wanted)
            except _ChangedError as why:
                message = f"what it holds changed while it was read, twice ({why}); it is read again later"
                raise FetchError(FailureCode.CHANGED_WHILE_READ, message) from None
        digests = {name: table.sha256 for name, table in read.items()}
        sha256 = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
        if sha256 == self._asked.cursor.get("sha256") and not self._asked.is_whole:
            message = "the source gives what it gave before"
            return Nothing(code="nothing_new", message=message, is_confirmed=True, size=self._exchange.size)
        urls = dict(wanted)
        validators = {urls[name]: dict(table.validators) for name, table in read.items()}
        cursor = {"sha256": sha256, "validators": validators}
        return Laid(folder=self._asked.into, cursor=cursor, size=self._exchange.size, sha256=sha256)

    def _wanted(self) -> list[tuple[str, str]]:
        """Each table with the address of its first page."""
        location, tables = self._asked.location, self._asked.tables
        if TABLE in location:
            return [(table.name, self._first(location.replace(TABLE, table.name.lower()))) for table in tables]
        name = self._options["table"].upper() or (tables[0].name if len(tables) == 1 else "")
        if not name:
            message = (
                f"which table the source gives is not said; put `{TABLE}` into its address, or give the option `table`"
            )
            raise FetchError(FailureCode.REFUSED_REQUEST, message)
        return [(name, self._first(location))]

    def _is_unchanged(self, urls: list[str]) -> bool:
        """Whether the source says of every table that it is as it was."""
        known = cast(dict[str, dict[str, str]], self._asked.cursor.get("validators", {}))
        if self._asked.is_whole or not all(known.get(url) for url in urls):
            return False
        with (self._asked.into / ".page").open("w+b") as page:
            try:
                return all(self._exchange.get(url, page, validators=known[url]) is None for url in urls)
            except FetchError as fault:
                # A table that is not there any more is a change; what that means is told by reading all of them.
                if fault.code is FailureCode.REFUSED_REQUEST:
                    return False
                raise

    def _all(self, wanted: list[tuple[str, str]]) -> dict[str, _Read]:
        must = {table.name for table in self._asked.tables if table.must_be_there}
        read: dict[str, _Read] = {}
        for name, url in wanted:
            path = self._asked.into / f"{name}.ndjson"
            try:
                read[name] = self._table(url, path)
            except FetchError as fault:
                # An interface need not have what the mapping may do without; the batch tells what is missing.
                if fault.code is not FailureCode.REFUSED_REQUEST or name in must or len(wanted) == 1:
                    raise
                path.unlink(missing_ok=True)
        if not read:
            raise FetchError(FailureCode.REFUSED_REQUEST, "the source has none of the tables that the mapping takes")
        return read

    def _table(self, url: str, path: Path) -> _Read:
        """Read a table into a file.

        Raises:
            _ChangedError: its pages do not belong together.
        """
        digest, records, totals = hashlib.sha256(), 0, set[str]()
        seen: set[bytes] = set()
        validators: list[Mapping[str, str]] = []
        ended: tuple[Page, Mapping[str, str]] | None = None
        with path.open("wb") as into:
            for content, page, headers in self._pages(url):
                ended = (page, headers)
                known = hashlib.sha256(content).digest()
                if known in seen and page.records:
                    raise _ChangedError("a page came twice")
                seen.add(known)
                validators.append({key: headers[key] for key in _VALIDATORS if key in headers})
                totals |= totals_of(page, path=self._options["total"])
                records += len(page.records)
                for record in page.records:
                    line = record.encode() + b"\n"
                    digest.update(line)
                    into.write(line)
        if len(totals) > 1 or (totals and totals != {str(records)}):
            raise _ChangedError("the number of records is not the one that it tells")
        if ended is not None:
            has_link = next_link(ended[1].get("link", "")) is not None
            require_end(ended[0], paging=self._options["paging"], number=len(validators), has_link=has_link)
        return _Read(sha256=digest.hexdigest(), validators=validators[0] if len(validators) == 1 else {})

    def _pages(self, url: str) -> Iterator[tuple[bytes, Page, Mapping[str, str]]]:
        asked_for: set[str] = set()
        with (self._asked.into / ".page").open("w+b") as held:
            following: str | None = url
            while following is not None:
                if following in asked_for:
                    raise _ChangedError("a page leads back to one before")
                asked_for.add(following)
                if len(asked_for) > _PAGES_AT_MOST:
                    raise FetchError(
                        FailureCode.TOO_LARGE, f"the source has over {_PAGES_AT_MOST} pages; ask for larger ones"
                    )
                headers = self._exchange.get(following, held) or {}
                content = _content(held)
                page = page_of(content, records=self._options["records"])
                yield content, page, headers
                following = self._following(following, page, headers, number=len(asked_for))

    def _first(self, url: str) -> str:
        if self._options["paging"] != "page":
            return url
        return with_parameter(url, self._options["parameter"] or "page", self._options["first"])

    def _following(self, url: str, page: Page, headers: Mapping[str, str], *, number: int) -> str | None:
        """The address of the page after this one; None: it is the last."""
        options = self._options
        match options["paging"]:
            case "page":
                if not page.records:
                    return None
                return with_parameter(url, options["parameter"] or "page", str(int(options["first"]) + number))
            case "next":
                led = page.told(options["next"] or "next")
                return None if led is None else self._exchange.own(url, led)
            case "cursor":
                told = page.told(options["next"] or "cursor")
                return None if told is None else with_parameter(url, options["parameter"] or "cursor", told)
            case "link":
                led = next_link(headers.get("link", ""))
                return None if led is None else self._exchange.own(url, led)
            case _:
                return None


def _content(held: BinaryIO) -> bytes:
    if held.seek(0, 2) > _PAGE_AT_MOST:
        raise FetchError(FailureCode.TOO_LARGE, f"a page has more than {_PAGE_AT_MOST} bytes; ask for smaller ones")
    held.seek(0)
    return held.read()


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one parameter of its query set."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))


def next_link(header: str) -> str | None:
    """The address that a `Link` header calls the next one (RFC 8288); None: there is none."""
    for found in _NEXT_LINK.finditer(header):
        relations = re.findall(r";\s*rel=(?:\"([^\"]*)\"|([^\s;,\"]+))", found[2], re.IGNORECASE)
        if any("next" in (quoted or bare).lower().split() for quoted, bare in relations):
            return found[1]
    return None
