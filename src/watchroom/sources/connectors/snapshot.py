"""A feed of what is there now, at one address: fetched whole, unless the source says that it is as it was."""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import cast
from urllib.parse import urlsplit

from watchroom.sources.connectors.contract import Answer, Asked, FailureCode, FetchError, Laid, Nothing
from watchroom.sources.connectors.exchange import Exchange, exchange_with
from watchroom.sources.file_names import PACKED, suffix_of, table_of

_VALIDATORS = ("etag", "last-modified")
_BLOCK = 1 << 20
# By the media type of an answer whose address tells no format.
_SUFFIXES = {
    "application/json": ".json",
    "application/geo+json": ".json",
    "application/x-ndjson": ".ndjson",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.apache.parquet": ".parquet",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


def fetch_snapshot(asked: Asked) -> Answer:
    """The feed as it is now, laid down as one file."""
    size = 0
    try:
        with exchange_with(asked) as exchange:
            try:
                return _fetched(asked, exchange)
            finally:
                size = exchange.size
    except FetchError as fault:
        return fault.answer(size=size)


def _fetched(asked: Asked, exchange: Exchange) -> Answer:
    known = {} if asked.is_whole else cast(dict[str, str], asked.cursor.get("validators", {}))
    held = asked.into / ".feed"
    with held.open("w+b") as into:
        headers = exchange.get(asked.location, into, validators=known)
    if headers is None:
        message = "the source says that nothing has changed"
        return Nothing(code="not_modified", message=message, is_confirmed=True, size=exchange.size)
    sha256 = _digest_of(held)
    if sha256 == asked.cursor.get("sha256") and not asked.is_whole:
        # A generator that is stuck gives the same for ever, so that confirms nothing.
        since = cast(str | None, asked.cursor.get("since"))
        message = "the source gives the same bytes as before" + (f", the same since {since}" if since else "")
        return Nothing(code="nothing_new", message=message, size=exchange.size)
    held.rename(asked.into / _name(asked, headers))
    validators = {key: headers[key] for key in _VALIDATORS if key in headers}
    cursor = {"sha256": sha256, "validators": validators, "since": f"{asked.now:%Y-%m-%d %H:%M}"}
    return Laid(folder=asked.into, cursor=cursor, size=exchange.size, sha256=sha256)


def _name(asked: Asked, headers: Mapping[str, str]) -> str:
    """The name of the file, from which table, format and, of a roll, the day are told.

    Raises:
        FetchError: it cannot be told.
    """
    if asked.options["name"]:
        return PurePosixPath(asked.options["name"].replace("{day}", f"{asked.now:%Y%m%d}")).name
    last = urlsplit(asked.location).path.rsplit("/", 1)[-1]
    suffix = suffix_of(last)
    packed = PACKED if suffix and last.lower().endswith(PACKED) else ""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    suffix = suffix or _SUFFIXES.get(media, "")
    names = [table.name for table in asked.tables]
    if suffix and (table_of(last) in names or asked.by_file):
        return last
    if suffix and len(names) == 1:
        return f"{names[0]}{suffix}{packed}"
    message = (
        "of which table and format the feed is cannot be told; say it with the option `name`, such as `TABLE.json`"
    )
    raise FetchError(FailureCode.UNREADABLE, message)


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
