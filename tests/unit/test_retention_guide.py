"""The guide to `retention.yaml`: its example is read, and it names every class and event that the file may name."""

import re
from pathlib import Path

import pytest

from watchroom.model.catalogue import catalogue
from watchroom.node.retention_file import RETENTION_FILE, periods_of
from watchroom.policy.errors import AgreementError
from watchroom.store.due import After

GUIDE = (Path(__file__).parents[2] / "docs" / "how-to" / "retention.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_example_of_the_guide_is_read_as_the_guide_says(tmp_path: Path) -> None:
    (tmp_path / RETENTION_FILE).write_text(EXAMPLE, encoding="utf-8")
    found = periods_of(tmp_path, catalogue())
    assert {name: (kept.text, kept.after) for name, kept in found.rules.items()} == {
        "custody_record": ("P6Y", After.RELEASE),
        "duty_record": ("P90D", After.LAST_CHANGE),
    }
    assert not found.by_itself


def test_the_guide_names_every_class_and_every_event() -> None:
    named = set(re.findall(r"^\| `([a-z_]+)` \|", GUIDE, re.MULTILINE))
    assert set(catalogue().retention) - {"reference"} <= named
    assert set(After) <= named


@pytest.mark.parametrize(
    ("was", "wrong"),
    [("P6Y", "6 years"), ("release}", "death}"), ("duty_record", "duties"), ("duty_record", "custody_record")],
)
def test_what_the_guide_says_is_refused_is_refused_with_its_line(tmp_path: Path, was: str, wrong: str) -> None:
    (tmp_path / RETENTION_FILE).write_text(EXAMPLE.replace(was, wrong, 1), encoding="utf-8")
    with pytest.raises(AgreementError, match=r"retention\.yaml.*[0-9]"):
        periods_of(tmp_path, catalogue())
