"""What a batch does not hold in memory lies in a private folder for no longer than the batch."""

import subprocess
import sys
from pathlib import Path

from watchroom.ingest.duck import Duck
from watchroom.ingest.overflow import overflow_folder

KILLED = """
import os, signal, sys
from pathlib import Path
from watchroom.ingest.overflow import overflow_folder
with overflow_folder(Path(sys.argv[1])) as folder:
    (folder / "rows").write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nobody_else_may_read_it_and_nothing_of_it_stays(tmp_path: Path):
    parent = tmp_path / "overflow"
    with overflow_folder(parent) as folder:
        (folder / "rows").write_text("x")
        assert parent.stat().st_mode & 0o077 == folder.stat().st_mode & 0o077 == 0
    assert list(parent.iterdir()) == []


def test_what_a_killed_batch_left_is_deleted_by_the_next_and_that_of_a_running_one_is_not(tmp_path: Path):
    parent = tmp_path / "overflow"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(parent)], check=False)
    assert killed.returncode < 0
    (left,) = parent.iterdir()
    with overflow_folder(parent) as running:
        assert not left.exists()
        with overflow_folder(parent):
            assert running.exists()


def test_a_duck_holds_to_its_memory_and_puts_the_rest_there(tmp_path: Path):
    duck = Duck(overflow=tmp_path, memory=32 << 20)
    try:
        duck.run(
            "create table large as select repeat(md5(number::varchar), 8) as text from range(400000) as t (number)"
        )
        assert duck.rows("select count(distinct text) from (select text from large limit 1000)") == [(1000,)]
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) > 16 << 20
    finally:
        duck.close()
    assert list(tmp_path.iterdir()) == []
