from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from watchroom.audit.retention import Retention
from watchroom.node.push_settings import PushSettings
from watchroom.node.settings import (
    ClockSettings,
    Environment,
    PageSettings,
    Settings,
    SettingsError,
    operator,
    read_settings,
    write_settings,
)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def settings() -> Settings:
    start = datetime(2026, 7, 24, 7, tzinfo=UTC)
    return Settings(
        node_id=uuid4(),
        agency="HMPPS",
        name="Prison Service",
        environment=Environment.DEMO,
        jurisdiction="england_and_wales",
        language="en",
        epoch=uuid4(),
        clock=ClockSettings(recorded_start=start, machine_start=start, speed=60.0),
        external_database=False,
        pages=PageSettings(
            idle_seconds=600,
            sign_ins_per_address=40,
            unsent_minutes=7,
            names=("watchroom.prison.example", "watchroom"),
            trusted_proxy="10.0.0.5",
        ),
        push=PushSettings(bytes_at_most=1000, requests_a_minute=60, gather_milliseconds=0),
        retention=Retention(rota=30, marks=31),
    )


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = settings()
    write_settings(tmp_path, written)
    assert read_settings(tmp_path) == written


def test_every_setting_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = {"node_id": "id", "external_database": "external"}
    for field in (
        *fields(Settings),
        *fields(ClockSettings),
        *fields(PageSettings),
        *fields(PushSettings),
        *fields(Retention),
    ):
        if field.name not in ("clock", "pages", "push", "retention"):
            assert f"`{names.get(field.name, field.name)}`" in page, field.name


def test_both_variables_of_the_environment_are_documented() -> None:
    source = Path(read_settings.__code__.co_filename).read_text(encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    for name in ("WATCHROOM_POSTGRESQL", "WATCHROOM_OPERATOR"):
        assert name in source
        assert name in page


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('agency = "HMPPS"', ""),
        ('environment = "demo"', 'environment = "holiday"'),
        ('agency = "HMPPS"', 'agency = "HMPPS"\ncolour = "red"'),
        ("[clock]", "[clocks]"),
        ("[clock]", "[clock"),
        ("[clock]", '[clock]\nzone = "Europe/London"'),
        ("external = false", "external = false\nport = 5432"),
        ("machine_start = 2026-07-24 07:00:00+00:00\n", ""),
        ('environment = "demo"', 'environment = "live"'),
        ("rota = 30", "rota = 0"),
        ("rota = 30", "rota = 1.5"),
        ("rota = 30", "looks = 30"),
        ("idle_seconds = 600", "idle_seconds = 29"),
        ("idle_seconds = 600", "idle_seconds = 600.0"),
        ("idle_seconds = 600", "idle_seconds = true"),
        ("idle_seconds = 600", "idle_seconds = 600\nlock = 5"),
        ("sign_ins_per_address = 40", "sign_ins_per_address = 0"),
        ('"watchroom.prison.example"', '"https://watchroom.prison.example/"'),
        ('"watchroom.prison.example"', "5"),
        ('"10.0.0.5"', '"proxy.example"'),
        ('"10.0.0.5"', '"10.0.0.0/8"'),
    ],
)
def test_a_setting_that_is_missing_wrong_or_unknown_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    write_settings(tmp_path, settings())
    file = tmp_path / "watchroom.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    with pytest.raises(SettingsError):
        read_settings(tmp_path)


def test_a_node_of_an_earlier_version_is_locked_after_two_minutes(tmp_path: Path) -> None:
    write_settings(tmp_path, settings())
    file = tmp_path / "watchroom.toml"
    file.write_text(file.read_text(encoding="utf-8").partition("[pages]")[0], encoding="utf-8")
    assert read_settings(tmp_path).pages == PageSettings()
    assert PageSettings().idle_seconds == 120


def test_a_folder_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="watchroom init"):
        read_settings(tmp_path)


def test_the_operator_is_the_named_one_or_the_systems_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHROOM_OPERATOR", "control.room.2")
    assert operator() == "control.room.2"
    monkeypatch.delenv("WATCHROOM_OPERATOR")
    assert operator()


@pytest.mark.parametrize(
    "line", ["bytes_at_most = 99999999", "requests_a_minute = 0", "often = 1", "gather_milliseconds = 0.5"]
)
def test_limits_of_what_is_pushed_are_read_strictly(tmp_path: Path, line: str) -> None:
    write_settings(tmp_path, settings())
    file = tmp_path / "watchroom.toml"
    name = line.partition(" ")[0]
    kept = [one for one in file.read_text("utf-8").splitlines() if not one.startswith(name)]
    file.write_text("\n".join(kept).replace("[push]", f"[push]\n{line}"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[push\]"):
        read_settings(tmp_path)
