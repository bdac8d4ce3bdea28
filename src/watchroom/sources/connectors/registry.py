"""The kinds of sources that are fetched from, by name.

What a kind works with, as HTTP or a database's driver, is loaded by what fetches: every command knows the kinds.
"""

from watchroom.sources.connectors.addresses import (
    DEADLINE,
    HTTP_OPTIONS,
    require_address,
    require_database,
    require_rest,
)
from watchroom.sources.connectors.contract import Answer, Asked, Kind, Option
from watchroom.sources.connectors.folder import FOLDER


def _rest(asked: Asked) -> Answer:
    from watchroom.sources.connectors.rest import fetch_rest

    return fetch_rest(asked)


def _snapshot(asked: Asked) -> Answer:
    from watchroom.sources.connectors.snapshot import fetch_snapshot

    return fetch_snapshot(asked)


def _sql(asked: Asked) -> Answer:
    from watchroom.sources.connectors.sql import fetch_sql

    return fetch_sql(asked)


KINDS: dict[str, Kind] = {
    "folder": FOLDER,
    "sql": Kind(
        fetch=_sql,
        require=require_database,
        options={
            "schema": Option(default="", told="the schema in which its tables are; else the one of its user"),
            "overlap": Option(
                default="300",
                told="seconds before the latest change known that are read once more, for what is committed late",
                is_number=True,
            ),
            "sweep": Option(
                default="86400",
                told="seconds after which everything is read once more, and what changed without telling is found",
                is_number=True,
            ),
            "ca": Option(default="", told="file with the certificates (PEM) that the database's own is held against"),
            "most": Option(default="17179869184", told="bytes that one fetch may bring", is_number=True),
            "deadline": DEADLINE,
        },
        poll_seconds=300,
        may_shrink=50,
        is_of_now=True,
    ),
    "rest": Kind(
        fetch=_rest,
        require=require_rest,
        options={
            **HTTP_OPTIONS,
            "paging": Option(
                default="",
                told="how a page leads to the next: `link` (a header), `next` (an address in the page), `page` (a"
                " number), `cursor` (a mark in the page), `none` (there is one page)",
                one_of=("link", "next", "page", "cursor", "none"),
            ),
            "records": Option(default="", told="name of the array of records in a page"),
            "next": Option(default="", told="where the next address or mark stands in a page, names joined by points"),
            "parameter": Option(default="", told="name of the parameter of the page's number or mark"),
            "first": Option(default="0", told="number of the first page", is_number=True),
            "total": Option(
                default="",
                told="where a page tells how many records there are, names joined by points; else the usual names are"
                " looked at, and with `none` none",
            ),
            "table": Option(default="", told="the table that it gives, where `{table}` is not in its address"),
        },
        poll_seconds=900,
        may_shrink=50,
        is_of_now=True,
    ),
    "snapshot": Kind(
        fetch=_snapshot,
        require=require_address,
        options={
            **HTTP_OPTIONS,
            "name": Option(
                default="",
                told="name of the file that it is, which tells table and format; `{day}` is the day as YYYYMMDD",
            ),
        },
        poll_seconds=300,
        may_shrink=50,
        is_of_now=True,
    ),
}
