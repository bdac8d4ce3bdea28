"""The page of audit events says what the code says."""

import subprocess
import sys
from pathlib import Path

from watchroom.audit.entries import Act

ROOT = Path(__file__).parents[2]


def test_the_page_of_audit_events_is_the_one_that_the_code_gives() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "audit_events.py"), "--check"], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_act_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "reference" / "audit-events.md").read_text(encoding="utf-8")
    assert [act for act in Act if f"| `{act.value}` |" not in page] == []
