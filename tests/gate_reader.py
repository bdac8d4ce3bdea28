"""A process that reads through a gate of its own: prints for each read how many it saw, or why it was refused."""

import json
import sys
from pathlib import Path

from gate_world import OFFICER, gate_of, query
from watchroom.gate.door import Act, Asked, Seen
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Credentials, Database, Principal

PEOPLE = query("select id from person")


def main() -> None:
    """Until it is refused, or so often."""
    given = json.loads(Path(sys.argv[1]).read_text())
    passwords = {Principal(name): Secret(password) for name, password in given["passwords"].items()}
    database = Database(given["dsn"], credentials=Credentials(prefix=given["prefix"], passwords=passwords))
    gate = gate_of(database)
    refusals = 0
    for _ in range(int(sys.argv[2])):
        found = gate.read(
            OFFICER,
            asked=Asked(purpose="custody.care", act=Act.LIST, what="person"),
            look=lambda view: len(view.records(PEOPLE)),
        )
        print(found.value if isinstance(found, Seen) else found.code, flush=True)  # noqa: T201
        refusals += not isinstance(found, Seen)
        if refusals == 5:
            break
    database.close()


if __name__ == "__main__":
    main()
