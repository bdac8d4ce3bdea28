"""Facts about looks at people: what the record, the rota and the accounts say of who looked and of whom they looked at.

The looks come from the log and meet the record in tables that end with the transaction: no login may read both. What
leaves here is facts about looks, never what the record says of a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.gate", "look_facts.sql")
_TABLES = load_queries("watchroom.gate", "look_tables.sql")
_FEED = Callable[[Callable[[bytes], None]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFacts:
    """What is known of one look at one person. Instants are of the node.

    Attributes:
        index, at, account, person_id: which look.
        was_shown: some row was given.
        has_place: the account is assigned to an establishment or unit, so a relation can be expected.
        last_at: latest instant, up to `at`, at which the record knew of a relation; None: of none.
        is_here: the person was at an establishment of the account then.
        has_news: something had happened to the person shortly before.
        is_present_name: they share a family name: the person's present one (True) or another one (False); None: none.
        carriers: how many people of the record carry that name now.
        is_neighbour: they share a postcode.
        is_colleague: the person is the holder of an account, or kin of one.
        is_restricted: the person was hidden already, and the account is not admitted.
        has_rota, is_on_rota: a rota of these days is known; the look lies in a shift of it.
        burst_people, burst_usual: so many people within ten minutes, against the account's usual; None: no burst.
    """

    index: int
    at: datetime
    account: str
    person_id: UUID
    was_shown: bool
    has_place: bool
    last_at: datetime | None
    is_here: bool
    has_news: bool
    is_present_name: bool | None
    carriers: int | None
    is_neighbour: bool
    is_colleague: bool
    is_restricted: bool
    has_rota: bool
    is_on_rota: bool
    burst_people: int | None
    burst_usual: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From where on a fact counts; declared by the room that decides.

    Attributes:
        grace_hours: a relation that ended so long ago still is one.
        margin_minutes: before and after a shift.
        news_hours: so long something that happened explains a look.
        burst_people, burst_times: people within ten minutes, and how many times the usual.
        settled: for so long a reason that a person settled does not count for the same two again.
    """

    grace_hours: int
    margin_minutes: int
    news_hours: int
    burst_people: int
    burst_times: int
    settled: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How many looks there were, and the facts of those of which any could stand out."""

    looks: int
    facts: tuple[LookFacts, ...]


def facts_of_looks(database: Database, *, feed: _FEED, bounds: Bounds) -> Looked:
    """The facts of the looks that `feed` gives, as `audit.looks.copy_looks` does.

    Args:
        database: of the node.
        feed: hands rows, as PostgreSQL copies them, to what it is given.
        bounds: from where on a fact counts.
    """
    with database.connection(Principal.LOADER) as loader:
        loader.execute(_TABLES["make_tables"].text)
        with loader.cursor() as cursor, cursor.copy(_TABLES["fill_look"].text) as rows:
            feed(rows.write)
        _copy_accounts(database, loader)
        _find(loader, bounds)
        count = loader.execute(_QUERIES["count_looks"].text).fetchone()
        asked = {"grace_hours": bounds.grace_hours, "margin_minutes": bounds.margin_minutes}
        with loader.cursor(row_factory=class_row(LookFacts)) as cursor:
            facts = cursor.execute(_QUERIES["looks_with_facts"].text, asked).fetchall()
    return Looked(looks=count[0] if count else 0, facts=tuple(facts))


def _copy_accounts(database: Database, loader: Connection) -> None:
    """What the app alone may read of accounts, into the tables of the loader's transaction."""
    with database.connection(Principal.APP) as app:
        _pass_on(app, loader, taken="copy_staff", filled="fill_staff")
        _pass_on(app, loader, taken="copy_shift", filled="fill_shift")
        _pass_on(app, loader, taken="copy_mark", filled="fill_mark")
        _pass_on(app, loader, taken="copy_staff_name", filled="fill_staff_name")
        _pass_on(app, loader, taken="copy_party", filled="fill_party")
        _pass_on(app, loader, taken="copy_restricted", filled="fill_restricted")


def _pass_on(app: Connection, loader: Connection, *, taken: str, filled: str) -> None:
    with (
        app.cursor() as source,
        loader.cursor() as target,
        source.copy(_TABLES[taken].text) as rows,
        target.copy(_TABLES[filled].text) as kept,
    ):
        for row in rows:
            kept.write(row)


def _find(loader: Connection, bounds: Bounds) -> None:
    # Some of these are several statements with parameters, which only a cursor that fills them in itself can send.
    cursor = psycopg.ClientCursor(loader)
    margin = {"margin_minutes": bounds.margin_minutes}
    cursor.execute(_TABLES["settle_looks"].text)
    cursor.execute(_QUERIES["find_stays"].text)
    cursor.execute(_QUERIES["find_relations"].text, margin)
    cursor.execute(_QUERIES["find_names"].text)
    cursor.execute(_QUERIES["find_neighbours"].text)
    cursor.execute(_QUERIES["find_news"].text, {"news_hours": bounds.news_hours})
    burst = {"burst_people": bounds.burst_people, "burst_times": bounds.burst_times}
    cursor.execute(_QUERIES["find_bursts"].text, burst)
