"""A folder of messages is read in posts of so many bytes, in the order of their names."""

import gzip
import sys
from pathlib import Path

import pytest

from hmpps_events import alert
from resident import forget_the_peak, resident
from watchroom.ingest import hearing
from watchroom.ingest.hearing import posts_in
from watchroom.ingest.mapping import OURS
from watchroom.ingest.resuming import digest_of
from watchroom.sources.codecs.contract import LIMITS

RULES = OURS.load("hmpps_event").messages
assert RULES is not None


def test_every_message_is_in_one_post_in_the_order_of_the_names_and_only_the_last_post_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        body = alert("person.alert.created", number)
        packed = number == 4
        name = f"{number}.json.gz" if packed else f"{number}.json"
        (tmp_path / name).write_bytes(gzip.compress(body) if packed else body)
    (tmp_path / "5.json.gz").write_bytes(b"not packed")
    size = len(alert("person.alert.created", 0))
    for at_most, number in ((1, 9), (size * 3, 3), (size * 100, 1)):
        monkeypatch.setattr(hearing, "POST_SIZE", at_most)
        posts = list(posts_in(tmp_path, RULES))
        assert len(posts) == number
        assert [one.message.name[0] for post in posts for one in post.heard] == list("012345678")
        assert [fault.file for post in posts for fault in post.faults] == ["5.json.gz"]
        assert [post.is_last for post in posts] == [False] * (number - 1) + [True]
        assert posts[-1].digest == digest_of(tmp_path, bool)


def test_the_digest_is_of_all_bytes_of_a_message_that_is_too_large_to_be_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b" " * (LIMITS.size + 100))
    (post,) = posts_in(tmp_path, RULES)
    assert post.is_all_refused
    assert post.digest == digest_of(tmp_path, bool)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest size of a process since an instant")
def test_what_a_folder_of_messages_takes_in_memory_does_not_grow_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "POST_SIZE", 4 << 20)
    large = b'{"eventType":"x","occurredAt":"2026-01-01T00:00:00Z","description":"' + b"a" * (2 << 20) + b'"}'
    for number in range(40):
        (tmp_path / f"{number}.json").write_bytes(large)
    before = resident("VmRSS")
    forget_the_peak()
    assert sum(len(post.heard) for post in posts_in(tmp_path, RULES)) == 40
    grown = resident("VmHWM") - before
    # A post and the one before it, each as bytes and as what they say, and what is read to say it; whole it were 200.
    assert grown < 60 << 20, f"{grown >> 20} MiB more for messages of {40 * len(large) >> 20} MiB"
