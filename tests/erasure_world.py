"""A node in which one person stands in everything that is kept, and a search of all of it for their words."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from psycopg import sql

from deliveries import Row, edit, small_extract
from watchroom.gate.unsent import Typed
from watchroom.node.audit_desk import Officer
from watchroom.node.create import NewNode, create_node
from watchroom.node.erasure import become_owner
from watchroom.node.erasure_desk import PURPOSE, ErasureDesk
from watchroom.node.node import Node
from watchroom.store.database import Connection, Principal

NUMBER = "A7531QZ"
# Each stands in another place of the delivery, and nowhere else.
WORDS = (
    *(NUMBER, "QUILLFEATHER", "BARTHOLOMEW", "OLDNAME", "glassworks", "kestrel", "marigold", "ZQ998877", "thimble"),
    *("saffron", "obelisk", "TYPED-FORM", "ASKED-WORDS"),
)
MORE = {
    "OFFENDER_IDENTIFIERS": "OFFENDER_ID,OFFENDER_ID_SEQ,IDENTIFIER_TYPE,IDENTIFIER\n-1009,1,PNC,ZQ998877\n",
    "ADDRESSES": (
        "ADDRESS_ID,OWNER_CLASS,OWNER_ID,STREET\n1,OFF,-1001,Somewhere\n2,OFF,-1009,thimble lane\n3,AGY,-1009,Court\n"
    ),
    "OFFENDER_IMPRISON_STATUSES": (
        "OFFENDER_BOOK_ID,IMPRISON_STATUS_SEQ,IMPRISONMENT_STATUS,COMMENT_TEXT\n-9,1,SENT,saffron\n-1,1,SENT,other\n"
    ),
    "OFFENDER_NON_ASSOCIATIONS": "OFFENDER_ID,NS_OFFENDER_ID,NS_REASON_CODE\n-1001,-1009,VIC\n",
    "OFFENDER_NA_DETAILS": (
        "OFFENDER_ID,NS_OFFENDER_ID,TYPE_SEQ,NS_TYPE,NS_EFFECTIVE_DATE,NS_EXPIRY_DATE,COMMENT_TEXT\n"
        "-1001,-1009,1,WING,2026-07-01,,obelisk\n"
    ),
}


def delivery(folder: Path) -> Path:
    """The small extract with the person, who has another name, alerts, notes and somebody to be kept from."""
    small_extract(folder)
    for table, text in MORE.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")

    def person(rows: list[Row]) -> None:
        named = {"ROOT_OFFENDER_ID": "-1009", "OFFENDER_ID_DISPLAY": NUMBER, "FIRST_NAME": "BARTHOLOMEW"}
        born = {"BIRTH_DATE": "1971-03-04", "SEX_CODE": "M"}
        rows += [
            {"OFFENDER_ID": "-1009", "LAST_NAME": "QUILLFEATHER", **named, **born},
            {"OFFENDER_ID": "-1010", "LAST_NAME": "OLDNAME", **named, **born},
        ]

    def booking(rows: list[Row]) -> None:
        rows.append({**rows[0], "OFFENDER_BOOK_ID": "-9", "OFFENDER_ID": "-1009", "BOOKING_NO": "A9"})

    def alerts(rows: list[Row]) -> None:
        own = {**rows[0], "OFFENDER_BOOK_ID": "-9"}
        rows += [
            {**own, "ALERT_SEQ": "1", "COMMENT_TEXT": "glassworks"},
            {**own, "ALERT_SEQ": "2", "COMMENT_TEXT": "kestrel"},
        ]

    def notes(rows: list[Row]) -> None:
        rows.append({"CASE_NOTE_ID": "9", "OFFENDER_BOOK_ID": "-9", "CASE_NOTE_TEXT": "marigold"})

    changes = {"OFFENDERS": person, "OFFENDER_BOOKINGS": booking, "OFFENDER_ALERTS": alerts}
    for table, change in {**changes, "OFFENDER_CASE_NOTES": notes}.items():
        edit(folder, table, change)
    return folder


def changed(folder: Path) -> Path:
    """A later delivery: one alert says something else, the other one is gone."""
    delivery(folder)

    def alerts(rows: list[Row]) -> None:
        rows[:] = [row for row in rows if row["COMMENT_TEXT"] != "kestrel"]
        rows[-1]["COMMENT_TEXT"] = "glassworks, again"

    edit(folder, "OFFENDER_ALERTS", alerts)
    return folder


def made(place: Path) -> Path:
    """The folder of a node that took both deliveries, and in which somebody has typed about the person."""
    folder = place / "node"
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    with Node.open(folder) as node:
        for name, role, sites in (("gov", "information_governance", ()), ("nurse", "nurse", ("LEI",))):
            asker = node.accounts.new_asker(name, roles=[role], sites=list(sites))
            node.accounts.add(asker, password="a long enough password")
        node.sources.add("nomis", kind="files", at=str(place / "first"), mapping="nomis")
        for one in (delivery(place / "first"), changed(place / "second")):
            assert not node.sources.ingest("nomis", [one]).is_refused
        type_about(node, person_of(node))
        left = node.folder / "overflow" / "batch-killed"
        left.mkdir(parents=True)
        (left / "rows").write_text(" ".join(WORDS), encoding="utf-8")
    return folder


def type_about(node: Node, person: UUID) -> None:
    """What staff typed about a person: a request, and a form that its session ended before."""
    with as_owner(node) as connection:
        connection.execute(
            "insert into gate.request (id, asked_by, organisation, digest, name, person_id, site_code, purpose, reason,"
            " words, asked_at, answer_by, machine_asked_at, machine_answer_by) values (uuidv7(), 'nurse', 'HMPPS', 'x',"
            " 'x', %s, 'LEI', 'custody.care', 'care', 'ASKED-WORDS', now(), now() + interval '1 h', now(),"
            " now() + interval '1 h')",
            (person,),
        )
    fields = (("words", "TYPED-FORM about QUILLFEATHER"),)
    node.unsent.keep("nurse", Typed(route="/x", path="/x", fields=fields, is_finished=True))
    other = (("words", "about another"),)
    node.unsent.keep("nurse", Typed(route="/y", path="/y", fields=other, is_finished=True))


def person_of(node: Node, number: str = NUMBER) -> UUID:
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.person where prison_number = %s", (number,)).fetchone()
    assert row is not None
    return row[0]


def desk_of(node: Node) -> ErasureDesk:
    desk = node.erasing(Officer(asker=node.asker("gov"), purpose=PURPOSE))
    assert isinstance(desk, ErasureDesk)
    return desk


@contextmanager
def as_owner(node: Node) -> Generator[Connection]:
    with node.database.connection(Principal.MIGRATOR) as connection:
        become_owner(connection, node.database)
        yield connection


def left_in_database(node: Node, words: tuple[str, ...] = WORDS) -> set[str]:
    """`table: word` for each word that stands anywhere in the database, also in what the planner keeps of it.

    Bodies of the log are salted and are erased as such; they are left out.
    """
    with as_owner(node) as connection:
        tables = connection.execute(
            "select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p') and n.nspname in ('record', 'ingest', 'gate', 'audit', 'store')"
        ).fetchall()
        found: set[str] = set()
        for schema, table in [*tables, ("pg_catalog", "pg_stats")]:
            if (schema, table) == ("audit", "body"):
                continue
            whole = sql.SQL("select t::text from {} as t").format(sql.Identifier(schema, table))
            text = "\n".join(str(row) for (row,) in connection.execute(whole))
            found |= {f"{schema}.{table}: {word}" for word in words if _stands(word, text)}
    return found


def left_in_folder(folder: Path, words: tuple[str, ...] = WORDS) -> set[str]:
    """`file: word` for each word that stands in a file of the node, but for the files of the database server."""
    files = (path for path in folder.rglob("*") if path.is_file() and "postgres" not in path.parts)
    return {f"{path.name}: {word}" for path in files for word in words if word.encode() in path.read_bytes()}


def _stands(word: str, text: str) -> bool:
    return word in text or word.encode().hex() in text


def told(node: Node) -> Iterator[tuple[str, UUID]]:
    """Entity and id of each record that the change feed tells to be erased."""
    with node.database.connection(Principal.LOADER) as connection:
        yield from connection.execute("select entity, id from ingest.change where op = 'erased'").fetchall()
