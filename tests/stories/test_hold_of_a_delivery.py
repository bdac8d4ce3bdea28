"""A delivery that tells of a death puts the dead person under a legal hold, and the log says so."""

import json
from pathlib import Path

from standing import standing_node
from test_commands import run
from test_model_commands import by_hand


def test_the_log_says_whom_a_delivery_put_under_a_legal_hold(tmp_path: Path, nomis: Path) -> None:
    folder = tmp_path / "n"
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prisons"):
        assert run("source", "add", folder, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        batch = json.loads(run("ingest", folder, "nomis", "--json").stdout)["batches"][0]["id"]
        held = {str(row[0]) for row in by_hand(folder, "select person_id from ingest.hold")}
        entries = by_hand(folder, "select body from audit.body where position('placed by itself' in body) > 0")
    assert held
    (body,) = (json.loads(str(row[0])) for row in entries)
    assert set(body["subjects"]) == held
    assert body["detail"] == {"did": "placed by itself", "kind": "death_in_custody", "batch": batch}
