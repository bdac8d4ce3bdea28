"""A folder or a file that the machine does not let us read is a fault of the delivery, never one of ours."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from watchroom.ingest.hearing import posts_in
from watchroom.ingest.mapping import OURS
from watchroom.ingest.resuming import digest_of
from watchroom.ingest.rolls import deliveries_in, read_roll
from watchroom.sources.faults import FaultCode
from watchroom.sources.files import nobody, nothing, read_folder
from watchroom.sources.formats import How

NOBODY = 65534
# One that no file system takes.
TOO_LONG = Path("x" * 300)


@contextmanager
def without_rights(mode: int) -> Generator[Path]:
    """A folder of that mode with one file in it, while this process may do no more than any user."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "locked"
        folder.mkdir()
        (folder / "A.csv").write_text("ID\n1\n")
        folder.chmod(mode)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o755)


def codes(folder: Path) -> list[list[FaultCode]]:
    """What is said of it as a folder of tables, of messages and of rolls."""
    messages, snapshot = OURS.load("hmpps_event").messages, OURS.load("custody_roll").snapshot
    assert messages is not None
    assert snapshot is not None
    (post,) = posts_in(folder, messages)
    (roll,) = deliveries_in([folder], snapshot)
    read = [read_folder(folder), read_roll(roll, snapshot, take=nobody, done=nothing, how=How())]
    faults = [[*one.faults, *(fault for file in one.files for fault in file.faults)] for one in read]
    return [[fault.code for fault in found] for found in (faults[0], post.faults, faults[1])]


@pytest.mark.parametrize("mode", [0o000, 0o300])
def test_a_folder_that_may_not_be_listed_is_an_unreadable_one(mode: int) -> None:
    with without_rights(mode) as folder:
        assert codes(folder) == [[FaultCode.UNREADABLE_FILE]] * 3
        assert digest_of(folder, bool) is None


def test_of_a_folder_that_may_only_be_listed_each_file_is_an_unreadable_one() -> None:
    with without_rights(0o444) as folder:
        assert codes(folder) == [[FaultCode.UNREADABLE_FILE]] * 3
        assert digest_of(folder, bool) is None


def test_a_name_that_no_file_system_takes_is_an_unreadable_folder() -> None:
    assert codes(TOO_LONG) == [[FaultCode.UNREADABLE_FILE]] * 3
    assert digest_of(TOO_LONG, bool) is None
