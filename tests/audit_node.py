"""What the tests of the audit log share: keys, a log over a test database, and a hand that tampers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from watchroom.audit.checkpoints import begin_checkpoints
from watchroom.audit.entries import Act, Entry
from watchroom.audit.log import AuditLog, Pace
from watchroom.audit.verify import Fault, Verified, verify
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.secrets import Secret
from watchroom.node.keys import KeyFolder
from watchroom.store.database import Connection, Credentials, Database, Principal

AT = datetime(2026, 7, 24, 8, 0, tzinfo=UTC)
DPO = Entry(act=Act.ERASE, actor="dpo")
LATE = Pace(checkpoint_entries=10**9, checkpoint_seconds=10**6)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditNode:
    """A database, a key folder and a folder of checkpoints."""

    database: Database
    keys: KeyFolder
    checkpoint_dir: Path
    admin_dsn: str

    @contextmanager
    def log(self, pace: Pace | None = None) -> Iterator[AuditLog]:
        log = self.opened(pace)
        try:
            yield log
        finally:
            log.close()

    def opened(self, pace: Pace | None = None) -> AuditLog:
        return AuditLog(
            self.database,
            clock=SteppedClock(AT),
            machine_clock=SteppedClock(AT),
            keys=self.keys,
            checkpoint_dir=self.checkpoint_dir,
            pace=pace,
        )

    def write(self, count: int, *, pace: Pace | None = LATE) -> None:
        """`count` entries, then a checkpoint."""
        with self.log(pace) as log:
            for number in range(count):
                log.append(numbered(number))

    def verify(self) -> Verified | Fault:
        return verify(self.database, checkpoint_dir=self.checkpoint_dir, verifiers=self.keys.verifiers())

    def tamper(self, statement: str, parameters: tuple[object, ...] = ()) -> int:
        """Do what nobody should; returns how many rows it touched."""
        with self.as_owner() as connection:
            return connection.execute(statement, parameters or None).rowcount  # type: ignore[arg-type]

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """A hand that may change the tables of the log, on any server; in one transaction."""
        with self.database.connection(Principal.MIGRATOR) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(self.database.roles.owner)))
            yield connection

    @contextmanager
    def cut_off(self, *, locked_out: bool = False) -> Iterator[None]:
        """Every writer loses its connection; `locked_out`: and gets none until the end."""
        login = sql.Identifier(self.database.roles.login(Principal.AUDIT))
        with (
            psycopg.connect(self.admin_dsn, autocommit=True) as admin,
            psycopg.connect(self.database.conninfo(Principal.AUDIT), autocommit=True) as writer,
        ):
            if locked_out:
                admin.execute(sql.SQL("alter role {} nologin").format(login))
            try:
                writer.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where usename = current_user and pid <> pg_backend_pid()"
                )
                yield
            finally:
                if locked_out:
                    admin.execute(sql.SQL("alter role {} login").format(login))


def audit_node(database: Database, *, admin_dsn: str, folder: Path) -> AuditNode:
    name = str(conninfo_to_dict(database.conninfo(Principal.AUDIT))["dbname"])
    keys = KeyFolder.create(folder / "keys", name="watchroom/test", at=AT)
    begin_checkpoints(folder / "checkpoints", keys=keys, day=AT.date())
    return AuditNode(
        database=database,
        keys=keys,
        checkpoint_dir=folder / "checkpoints",
        admin_dsn=psycopg.conninfo.make_conninfo(admin_dsn, dbname=name),
    )


def numbered(number: int) -> Entry:
    return Entry(
        act=Act.LIST, actor="officer", count=number, subjects=(UUID(int=number),), detail={"number": str(number)}
    )


def credentials_json(node: AuditNode) -> str:
    """What a second process needs to write to the same log."""
    parts = conninfo_to_dict(node.database.conninfo(Principal.AUDIT))
    password = str(parts.pop("password"))
    for name in ("user", "options", "application_name"):
        parts.pop(name, None)
    return json.dumps(
        {
            "dsn": psycopg.conninfo.make_conninfo("", **parts),
            "prefix": node.database.prefix,
            "password": password,
            "keys": str(node.keys.folder),
            "checkpoint_dir": str(node.checkpoint_dir),
        }
    )


def node_from(text: str) -> AuditNode:
    """The node of `credentials_json`, in the second process."""
    given = json.loads(text)
    credentials = Credentials(prefix=given["prefix"], passwords={Principal.AUDIT: Secret(given["password"])})
    return AuditNode(
        database=Database(given["dsn"], credentials=credentials),
        keys=KeyFolder(Path(given["keys"])),
        checkpoint_dir=Path(given["checkpoint_dir"]),
        admin_dsn="",
    )
