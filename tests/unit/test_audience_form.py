"""The name of an audience follows whatever may shape its views: nobody keeps a list."""

from importlib.resources import files
from pathlib import Path

import pytest

from watchroom.gate.form import form_of

ROOM = files("watchroom.gate")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    for file in ROOM.iterdir():
        if file.name.endswith((".py", ".sql")):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_a_copy_of_the_room_has_its_form_whatever_lies_beside_it(room: Path) -> None:
    (room / "__pycache__").mkdir()
    (room / "notes.txt").write_text("x")
    assert form_of(room) == form_of(ROOM)


@pytest.mark.parametrize("name", sorted(file.name for file in ROOM.iterdir() if file.name.endswith((".py", ".sql"))))
def test_one_byte_in_any_module_or_query_of_the_gate_gives_other_audiences(room: Path, name: str) -> None:
    (room / name).write_bytes((room / name).read_bytes() + b"\n")
    assert form_of(room) != form_of(ROOM)


def test_a_new_file_a_lost_one_and_a_moved_line_give_other_audiences(room: Path) -> None:
    forms = {form_of(room)}
    (room / "z_new.sql").write_text("")
    forms.add(form_of(room))
    (room / "z_new.sql").unlink()
    (room / "asking.py").rename(room / "askingx.py")
    forms.add(form_of(room))
    (room / "askingx.py").unlink()
    forms.add(form_of(room))
    assert len(forms) == 4
