"""One of several processes that write to one audit log: prints a receipt a line, as soon as it has it."""

import sys
from pathlib import Path
from threading import Thread

from audit_node import node_from
from watchroom.audit.entries import Act, Entry
from watchroom.audit.log import AuditLog, Pace


def write(log: AuditLog, name: str, count: int) -> None:
    for number in range(count):
        receipt = log.append(Entry(act=Act.CONSULT, actor=name, count=number))
        sys.stdout.write(f"{receipt.index} {receipt.leaf_hash.hex()}\n")
        sys.stdout.flush()


def main() -> None:
    node = node_from(Path(sys.argv[1]).read_text())
    name, count, threads = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with node.log(Pace(checkpoint_entries=25)) as log:
        writers = [Thread(target=write, args=(log, f"{name}/{number}", count)) for number in range(threads)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    node.database.close()


if __name__ == "__main__":
    main()
