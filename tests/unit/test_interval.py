"""How often a source delivers, as it is said at a terminal."""

from datetime import timedelta

import click
import pytest

from watchroom.cli.answers import Interval, interval_text


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        ("15m", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("1d", timedelta(days=1)),
        ("365d", timedelta(days=365)),
    ],
)
def test_an_interval_is_a_number_of_minutes_hours_or_days(said: str, is_: timedelta) -> None:
    assert Interval().convert(said, None, None) == is_
    assert interval_text(int(is_.total_seconds())) == said


@pytest.mark.parametrize("said", ["", "12", "h", "0h", "-1h", "1.5h", "12 h", "366d", "999999d", "12H", "١h"])
def test_anything_else_is_no_interval_and_the_message_says_what_one_is(said: str) -> None:
    with pytest.raises(click.BadParameter, match="15m, 12h or 1d"):
        Interval().convert(said, None, None)


def test_without_an_interval_there_is_no_text() -> None:
    assert interval_text(None) is None
    assert interval_text(90) == "90s"
