"""What an audit entry costs a read, alone and in a crowd, and what the log carries; on a durable server.

    benchmarks/audit.py [--json]

An entry here is one of a list of 60 people. Goals (design 10, issue 3): adds <= 5 ms at the median, 300 audited reads
a second sustained with p99 < 50 ms, none unlogged, also through a kill -9 of another writer. A full disk is a test
(`tests/conformance/test_audit_load.py`): it has no figure but none.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from uuid import uuid4

import psycopg
from measure import Figure, arguments, offered, percentile, seconds, show

from watchroom.audit.checkpoints import begin_checkpoints
from watchroom.audit.entries import Act, Entry, Receipt, prepare
from watchroom.audit.export import Shelf, period_between, write_export
from watchroom.audit.log import AuditLog
from watchroom.audit.portable_verifier import verify as verify_export
from watchroom.audit.sequencer import Sequencer
from watchroom.audit.verify import Verified, verify
from watchroom.audit.witness import enter_reading
from watchroom.kernel.clock import MachineClock
from watchroom.node.keys import KeyFolder
from watchroom.store.database import Database, Principal, create_database
from watchroom.store.schema import migrate
from watchroom.store.server import EmbeddedServer

SUBJECTS = tuple(uuid4() for _ in range(60))
RATE = 300
SECONDS = 10
THREADS = 32
ROUNDS = 400


def entry(number: int) -> Entry:
    """An entry such as a list of a wing makes."""
    return Entry(
        act=Act.LIST,
        actor="officer",
        organisation="HMPPS",
        role="wing_officer",
        purpose="custody.care",
        entity="person",
        count=len(SUBJECTS),
        subjects=SUBJECTS,
        fields=("prison_number", "family_name", "given_names", "birth_date"),
        clauses=("charter#people-on-my-wing",),
        policy_hash="0" * 64,
        as_of_seq=number,
    )


@contextmanager
def standing(folder: Path) -> Iterator[tuple[Database, AuditLog, KeyFolder]]:
    """A durable database of its own with an open log."""
    clock = MachineClock()
    server = EmbeddedServer(folder / "postgres")
    try:
        made = create_database(server.acquire().dsn("postgres"), node_id=uuid4(), name="audit_bench")
        database = Database(made.dsn, credentials=made.credentials, pool_size=THREADS)
        migrate(database)
        keys = KeyFolder.create(folder / "keys", name="watchroom/bench", at=clock.now())
        begin_checkpoints(folder / "checkpoints", keys=keys, day=clock.now().date())
        log = AuditLog(database, clock=clock, machine_clock=clock, keys=keys, checkpoint_dir=folder / "checkpoints")
        try:
            yield database, log, keys
        finally:
            log.close()
            database.close()
    finally:
        server.erase()


def read(database: Database) -> None:
    """A read as small as a gated one can be: one transaction of the app's login."""
    with database.connection(Principal.APP) as connection:
        connection.execute("select seq from ingest.sealed").fetchall()


def alone(database: Database, log: AuditLog) -> list[Figure]:
    """One reader, with and without the entry, beside the smallest commit that this server can make; in turns."""
    plain: list[float] = []
    commit: list[float] = []
    audited: list[float] = []
    with psycopg.connect(database.conninfo(Principal.AUDIT), autocommit=True) as connection:
        for _ in range(ROUNDS):
            plain.append(seconds(partial(read, database)) * 1000)
            commit.append(seconds(partial(connection.execute, "update audit.frontier set size = size")) * 1000)
            audited.append(seconds(lambda: (read(database), log.append(entry(0)))) * 1000)
    kept = slice(ROUNDS // 10, None)
    added = [whole - bare for whole, bare in zip(audited[kept], plain[kept], strict=True)]
    return [
        Figure(what="one reader: entry adds, p50", value=median(added), unit="ms", goal=5.0, baseline="the same read"),
        Figure(what="one reader: entry adds, p99", value=percentile(added, 0.99), unit="ms"),
        Figure(what="smallest commit of the same server, p50", value=median(commit[kept]), unit="ms"),
        Figure(what="smallest commit of the same server, p99", value=percentile(commit[kept], 0.99), unit="ms"),
        Figure(what="entry against that commit", value=median(added) / median(commit[kept]), unit="x"),
    ]


def sustained(
    database: Database, log: AuditLog, *, halfway: Callable[[], None] | None = None
) -> tuple[list[Figure], list[Receipt]]:
    """Reads that arrive at a fixed rate, whether the ones before are done or not; what happens halfway is given."""
    receipts: list[Receipt] = []

    def one(number: int) -> None:
        read(database)
        receipts.append(log.append(entry(number)))

    arrived = offered(one, rate=RATE, lasts=SECONDS, threads=THREADS, halfway=halfway)
    also = "" if halfway is None else ", another writer killed"
    figures = [
        Figure(
            what=f"{RATE}/s offered for {SECONDS} s{also}: short of it by",
            value=arrived.short,
            unit="/s",
            goal=3,
        ),
        Figure(what=f"{RATE}/s{also}: read and entry from arrival, p50", value=median(arrived.waits), unit="ms"),
        Figure(
            what=f"{RATE}/s{also}: read and entry from arrival, p99",
            value=percentile(arrived.waits, 0.99),
            unit="ms",
            goal=50.0,
        ),
        Figure(
            what=f"{RATE}/s{also}: of that before a read begins, p99", value=percentile(arrived.begins, 0.99), unit="ms"
        ),
    ]
    return figures, receipts


def killed(database: Database, log: AuditLog, *, folder: Path) -> list[Figure]:
    """The same rate, with another process that writes as fast as it can and is killed halfway; then who is missing."""
    said = folder / "receipts"
    with said.open("w") as out:
        other = subprocess.Popen([sys.executable, __file__, "--writer"], stdin=subprocess.PIPE, stdout=out)
        assert other.stdin is not None
        other.stdin.write(f"{database.conninfo(Principal.AUDIT)}\n".encode())
        other.stdin.flush()
        while not said.stat().st_size:
            time.sleep(0.01)
        figures, receipts = sustained(database, log, halfway=other.kill)
        other.wait()
    promised = {receipt.index: receipt.leaf_hash for receipt in receipts}
    lines = [line.split() for line in said.read_text().splitlines(keepends=True) if line.endswith("\n")]
    promised |= {int(index): bytes.fromhex(leaf) for index, leaf in lines}
    with database.connection(Principal.AUDIT) as connection:
        rows = connection.execute("select index, leaf_hash from audit.entry")
        known = {index: bytes(leaf) for index, leaf in rows}
    missing = sum(known.get(index) != leaf for index, leaf in promised.items())
    assert len(promised) == len(receipts) + len(lines)
    return [*figures, Figure(what=f"of {len(promised)} entries promised, missing", value=missing, unit="", goal=0)]


def writer() -> None:
    """Another process of the node: writes without pause and says each receipt; where to is said to it on stdin."""
    clock = MachineClock()
    sequencer = Sequencer(sys.stdin.readline().strip())
    while True:
        now = clock.now()
        (receipt,) = sequencer.commit([prepare(entry(0), at=now, machine_at=now)]).receipts
        print(receipt.index, receipt.leaf_hash.hex(), flush=True)


def most(log: AuditLog) -> list[Figure]:
    """As many entries as a crowd of threads can write."""
    latencies: list[float] = []

    def writer() -> None:
        latencies.extend(seconds(partial(log.append, entry(number))) * 1000 for number in range(200))

    threads = [threading.Thread(target=writer) for _ in range(THREADS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(latencies) / (time.perf_counter() - begun)
    return [
        Figure(what=f"{THREADS} writers without pause", value=rate, unit="/s"),
        Figure(what=f"{THREADS} writers: an entry, p50", value=median(latencies), unit="ms"),
        Figure(what=f"{THREADS} writers: an entry, p99", value=percentile(latencies, 0.99), unit="ms"),
    ]


def proved(database: Database, *, keys: KeyFolder, checkpoint_dir: Path) -> list[Figure]:
    """Verification of everything that was written."""
    begun = time.perf_counter()
    verified = verify(database, checkpoint_dir=checkpoint_dir, verifiers=keys.verifiers())
    taken = time.perf_counter() - begun
    assert isinstance(verified, Verified), verified
    return [Figure(what="verification", value=taken / verified.entries * 1e6, unit="us", baseline="one entry")]


def exported(database: Database, log: AuditLog, *, keys: KeyFolder, folder: Path) -> list[Figure]:
    """An export of everything, and its check by the verifier that travels with it."""
    now = MachineClock().now()
    period = period_between(database, since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    reading = Entry(act=Act.EXPORT, actor="officer", entity="audit", detail=period.detail())
    shelf = Shelf(database=database, checkpoint_dir=folder / "checkpoints", keys=keys, day=now.date())
    out = folder / "export.zip"
    witness = enter_reading(log, reading)
    written = seconds(lambda: write_export(out, shelf=shelf, period=period, witness=witness))
    checked = seconds(lambda: verify_export(str(out), [keys.signer().verifier.text()]))
    count = period.entries.last - period.entries.first + 1
    return [
        Figure(what="export with proofs", value=written / count * 1e6, unit="us", baseline="one entry"),
        Figure(what="its portable verifier", value=checked / count * 1e6, unit="us", baseline="one entry"),
        Figure(what="size of the export", value=out.stat().st_size / count, unit="bytes", baseline="one entry"),
    ]


def main() -> None:
    """Run and print."""
    if sys.argv[1:] == ["--writer"]:
        return writer()
    options = arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name, standing(Path(name)) as (database, log, keys):
        folder = Path(name)
        figures = [*alone(database, log), *sustained(database, log)[0], *killed(database, log, folder=folder)]
        figures += most(log)
        figures += proved(database, keys=keys, checkpoint_dir=folder / "checkpoints")
        figures += exported(database, log, keys=keys, folder=folder)
        show("audit", figures, as_json=options.json)
    return None


if __name__ == "__main__":
    main()
