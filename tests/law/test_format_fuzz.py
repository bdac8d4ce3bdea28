"""Damaged files of every format end in rows, or in faults with a place: a few seconds here, longer by hand."""

from format_fuzz import check, fuzz
from format_samples import samples


def test_whatever_is_done_to_a_file_each_record_ends_in_one_place_and_nothing_hangs():
    counts = fuzz(seconds=8, seed=20260724)
    tried = {name.split(":")[0] for name in counts}
    assert tried == set(samples())
    assert counts.total() > len(tried) * 5


def test_every_sample_is_read_whole():
    assert {name: check(name, content) for name, content in samples().items()} == dict.fromkeys(samples(), "whole")
