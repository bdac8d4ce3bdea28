"""A node in which one person stands in everything that is kept, and a search of all of it for their words."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from psycopg import sql

from batches import START, write
from deliveries import Row, edit, small_extract
from watchroom.gate.agreement_changes import By
from watchroom.gate.record_restrictions import Restricting
from watchroom.gate.unsent import Typed
from watchroom.ingest.code_decisions import CodeDecision
from watchroom.ingest.code_queue import CodeState
from watchroom.kernel.ids import uuid7
from watchroom.kernel.secrets import Secret
from watchroom.node.audit_desk import Officer
from watchroom.node.backup_file import opened
from watchroom.node.backup_parts import read_parts
from watchroom.node.create import NewNode, create_node
from watchroom.node.erasure import become_owner
from watchroom.node.erasure_desk import PURPOSE, ErasureDesk
from watchroom.node.hold_desk import Hold, HoldDesk, HoldKind
from watchroom.node.node import Node
from watchroom.store.database import Connection, Principal

NUMBER = "A7531QZ"
# Each stands in another place of the delivery, and nowhere else.
WORDS = (
    *(NUMBER, "QUILLFEATHER", "BARTHOLOMEW", "OLDNAME", "glassworks", "kestrel", "marigold", "ZQ998877", "thimble"),
    *("saffron", "obelisk", "TYPED-FORM", "ASKED-WORDS"),
    # In a coded field: in no list, so that it waits for a code; a code of the source's own; the key of what ended.
    *("persimmon", "MEDLAR", "71830094"),
    # What staff typed beside the record, and a message as it came.
    *(
        "ANSWERED-WORDS",
        "GLASS-REASON",
        "LOOK-FACT",
        "HOLD-REASON",
        "KEPT-REASON",
        "MESSAGE-BYTES",
        "CASE-77",
        "WAITING-WORDS",
    ),
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
        born = {"BIRTH_DATE": "1971-03-04", "SEX_CODE": "persimmon"}
        rows += [
            {"OFFENDER_ID": "-1009", "LAST_NAME": "QUILLFEATHER", **named, **born},
            {"OFFENDER_ID": "-1010", "LAST_NAME": "OLDNAME", **named, **born},
        ]

    def booking(rows: list[Row]) -> None:
        rows.append({**rows[0], "OFFENDER_BOOK_ID": "-9", "OFFENDER_ID": "-1009", "BOOKING_NO": "A9"})

    def alerts(rows: list[Row]) -> None:
        own = {**rows[0], "OFFENDER_BOOK_ID": "-9"}
        rows += [
            {**own, "ALERT_SEQ": "1", "COMMENT_TEXT": "glassworks", "ALERT_CODE": "MEDLAR"},
            {**own, "ALERT_SEQ": "2", "COMMENT_TEXT": "kestrel"},
        ]

    def notes(rows: list[Row]) -> None:
        own = {"OFFENDER_BOOK_ID": "-9", "CASE_NOTE_TEXT": "marigold"}
        rows += [{"CASE_NOTE_ID": "9", **own}, {"CASE_NOTE_ID": "71830094", **own}]

    changes = {"OFFENDERS": person, "OFFENDER_BOOKINGS": booking, "OFFENDER_ALERTS": alerts}
    for table, change in {**changes, "OFFENDER_CASE_NOTES": notes}.items():
        edit(folder, table, change)
    return folder


def changed(folder: Path) -> Path:
    """A later delivery: one alert says something else, the other one is gone, and so is a note."""
    delivery(folder)

    def alerts(rows: list[Row]) -> None:
        rows[:] = [row for row in rows if row["COMMENT_TEXT"] != "kestrel"]
        rows[-1]["COMMENT_TEXT"] = "glassworks, again"

    edit(folder, "OFFENDER_ALERTS", alerts)
    edit(folder, "OFFENDER_CASE_NOTES", lambda rows: rows.pop())
    return folder


def made(place: Path) -> Path:
    """The folder of a node that took both deliveries, and in which somebody has typed about the person."""
    folder = place / "node"
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    with Node.open(folder) as node:
        for name, role, sites in (
            *(("gov", "information_governance", ()), ("holder", "information_governance", ())),
            ("nurse", "nurse", ("LEI",)),
        ):
            asker = node.accounts.new_asker(name, roles=[role], sites=list(sites))
            node.accounts.add(asker, password="a long enough password")
        node.sources.add("nomis", kind="files", at=str(place / "first"), mapping="nomis")
        for one in (delivery(place / "first"), changed(place / "second")):
            assert not node.sources.ingest("nomis", [one]).is_refused
            node.codes.decide(
                "nomis", CodeDecision(code_list="alert_kind", value="MEDLAR", state=CodeState.OWN, by="engineer")
            )
        node.quality.check(with_trend=True)
        type_about(node, person_of(node))
        keep_beside(node, person_of(node))
        for taken in ("overflow", "fetched"):
            left = node.folder / taken / "batch-killed"
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


def keep_beside(node: Node, person: UUID) -> None:
    """What stands of a person in tables beside the record: a glass, a look, holds, a restriction, a message, a case."""
    write(
        node.database,
        {"case_contribution": [{"source_key": "c", "person_key": "-1009", "case_reference": "CASE-77"}]},
        hour=(node.clock.now() - START) / timedelta(hours=1),
        is_full=False,
    )
    alert = one_of(node, "alert", person)
    restricting = Restricting(
        entity="alert", record_id=alert, reason="KEPT-REASON", review_on=node.clock.now().date() + timedelta(days=30)
    )
    node.record_restrictions.restrict(
        restricting, today=node.clock.now().date(), by=By(actor="gov"), asker=node.asker("gov")
    )
    hold = holds_of(node).place(hold_of(node, person, reason="HOLD-REASON"))
    holds_of(node).lift(hold.id, reason="HOLD-REASON, over")
    with as_owner(node) as connection:
        for text, given in _BESIDE:
            connection.execute(text, {"person": person, **given})  # type: ignore[arg-type]


_BESIDE: tuple[tuple[str, dict[str, object]], ...] = (
    (
        "with opened as (insert into gate.opening (id, account, organisation, digest, name, person_id, opened_at,"
        " closes_at, machine_opened_at, machine_closes_at) values (uuidv7(), 'nurse', 'HMPPS', 'x', 'x', %(person)s,"
        " now(), now() + interval '1 h', now(), now() + interval '1 h') returning id)"
        " insert into gate.glass (opening_id, reason, incident, review_by)"
        " select id, 'GLASS-REASON', 'GLASS-REASON', now() from opened",
        {},
    ),
    (
        "with opened as (insert into audit.look_case (id, account, person_id, opened_at)"
        " values (uuidv7(), 'nurse', %(person)s, now()) returning id)"
        " insert into audit.look_case_entry (case_id, index, at, reasons, facts)"
        " select id, 0, now(), '{x}', %(facts)s::jsonb from opened",
        {"facts": '{"x": "LOOK-FACT"}'},
    ),
    (
        "update gate.request set decision = 'refused', decided_by = 'gov', decided_at = now(),"
        " answer = 'ANSWERED-WORDS' where person_id = %(person)s",
        {},
    ),
    (
        "insert into ingest.message (batch_id, source_system, name, sha256, is_refused, content)"
        " select id, 'nomis', 'm', 'x', true, convert_to('MESSAGE-BYTES', 'UTF8') from ingest.batch limit 1",
        {},
    ),
    (
        "insert into ingest.message (batch_id, source_system, name, sha256, is_refused, content)"
        " select id, 'other', 'm', 'x', true, convert_to('of nobody knows whom', 'UTF8') from ingest.batch limit 1",
        {},
    ),
    (
        "insert into ingest.waiting (source_system, entity, source_key, batch_id, forms, row)"
        " select 'other', 'alert', 'w', id, array[%(number)s], %(row)s::jsonb from ingest.batch limit 1",
        {"number": NUMBER, "row": '{"comment": "WAITING-WORDS"}'},
    ),
    (
        "insert into gate.case_room (id, case_reference, opens_at, closes_at, opened_at, opened_by)"
        " values (uuidv7(), 'CASE-77', now(), now() + interval '1 h', now(), 'gov')",
        {},
    ),
)


def one_of(node: Node, entity: str, person: UUID) -> UUID:
    """A record of an entity about a person."""
    with node.database.connection(Principal.LOADER) as connection:
        query = sql.SQL("select id from record.{} where person_id = %s order by id limit 1")
        row = connection.execute(query.format(sql.Identifier(entity)), (person,)).fetchone()
    assert row is not None
    return row[0]


def hold_of(node: Node, person: UUID, *, reason: str = "asked for") -> Hold:
    return Hold(
        id=uuid7(at=node.machine_clock.now()),
        kind=HoldKind.INQUIRY,
        person_id=person,
        authority="the inquiry",
        reason=reason,
        placed_at=node.clock.now(),
        placed_by="gov",
    )


def holds_of(node: Node) -> HoldDesk:
    desk = node.holding(Officer(asker=node.asker("holder"), purpose=PURPOSE))
    assert isinstance(desk, HoldDesk)
    return desk


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
    """`table: word` for each word that stands anywhere in the database, also in what the planner keeps of it."""
    with as_owner(node) as connection:
        tables = connection.execute(
            "select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p') and n.nspname in ('record', 'ingest', 'gate', 'audit', 'store')"
        ).fetchall()
        found: set[str] = set()
        for schema, table in [*tables, ("pg_catalog", "pg_stats")]:
            whole = sql.SQL("select t::text from {} as t").format(sql.Identifier(schema, table))
            text = "\n".join(str(row) for (row,) in connection.execute(whole))
            found |= {f"{schema}.{table}: {word}" for word in words if _stands(word, text)}
    return found


def left_in_folder(folder: Path, words: tuple[str, ...] = WORDS) -> set[str]:
    """`file: word` for each word that stands in a file of the node, but for the files of the database server."""
    files = (path for path in folder.rglob("*") if path.is_file() and "postgres" not in path.parts)
    return {f"{path.name}: {word}" for path in files for word in words if word.encode() in path.read_bytes()}


def left_in_backup(file: Path, key_file: Path, words: tuple[str, ...] = WORDS) -> set[str]:
    """`part: word` for each word that stands in a part of a backup."""
    with file.open("rb") as stream:
        parts = {
            part.name: b"".join(part.pieces()) for part in read_parts(opened(stream, key=Secret(key_file.read_bytes())))
        }
    return {
        f"{name}: {word}"
        for name, content in parts.items()
        for word in words
        if _stands(word, content.decode("latin-1"))
    }


def _stands(word: str, text: str) -> bool:
    return word in text or word.encode().hex() in text


def told(node: Node) -> Iterator[tuple[str, UUID]]:
    """Entity and id of each record that the change feed tells to be erased."""
    with node.database.connection(Principal.LOADER) as connection:
        yield from connection.execute("select entity, id from ingest.change where op = 'erased'").fetchall()
