"""Starting the example node: again, after a start that was cut short, and never as a live one."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from example_node import Example

from watchroom.demo.night import IDENTITIES, MORNING, made_example, restart_clock
from watchroom.demo.set_out import set_out
from watchroom.gate.door import Seen
from watchroom.gate.request_records import RequestState
from watchroom.governance.requests.build import build_requests, kept_for
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import DemoIdentityError, Node
from watchroom.node.settings import ClockSettings, Environment, read_settings, write_settings
from watchroom.store.roles import Principal


def test_a_live_node_with_demo_identities_refuses_to_start(example: Example) -> None:
    settings = read_settings(example.folder)
    write_settings(example.folder, replace(settings, environment=Environment.LIVE, clock=ClockSettings()))
    try:
        with pytest.raises(DemoIdentityError, match="demo identities"), Node.open(example.folder):
            pass
    finally:
        write_settings(example.folder, settings)


def test_a_second_start_keeps_the_node_and_its_password_and_shows_the_same_morning(example: Example) -> None:
    settings = read_settings(example.folder)
    told: list[str] = []
    try:
        assert made_example(example.folder, told=told.append) == example.password
        restart_clock(example.folder)
        assert read_settings(example.folder).clock.recorded_start == MORNING
    finally:
        write_settings(example.folder, settings)
    assert told == []


def test_every_demo_identity_may_ask_for_something(node: Node) -> None:
    for identity in IDENTITIES:
        assert node.gate.purposes(node.asker(identity.name)), identity.name


def test_the_readme_names_every_demo_identity() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    table = readme.partition("| account | who that is |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| `([a-z.]+)` \| ([^|]+) \|$", table, re.MULTILINE)
    assert listed == [(identity.name, identity.told) for identity in IDENTITIES]


def test_each_start_sets_out_one_request_that_waits_for_the_nurse_and_a_rota(node: Node) -> None:
    purpose, nurse = "custody.care", node.asker("nurse")
    try:
        for _ in range(2):
            set_out(node, asker="officer.a", morning=MORNING, by="test")
        mine = node.requests.mine(node.asker("officer.a"), most=50)
        (waiting,) = (one for one in mine if one.state(node.requests.now()) is RequestState.WAITING)
        assert "ictional" in waiting.words
        kept = partial(kept_for, node.requests, nurse)
        seen = build_requests(node.gate, nurse, purpose=purpose, kept=kept, at=node.requests.now().node)
        assert isinstance(seen, Seen)
        assert waiting.id in {one.id for one in seen.value.waiting}
        with node.database.connection(Principal.APP) as connection:
            shifts = connection.execute("select account, count(*) from gate.rota group by 1 order by 1").fetchall()
        assert shifts == [("governor", 3), ("nurse", 3), ("officer.a", 3), ("officer.h", 3)]
    finally:
        with node.database.connection(Principal.APP) as connection:
            connection.execute("delete from gate.rota")
        node.requests.withdraw(node.asker("officer.a"), waiting.id, purpose=purpose)


def test_two_identities_can_show_what_takes_two(node: Node) -> None:
    both = [one.name for one in IDENTITIES if one.role == "information_governance"]
    assert len(both) == 2
    assert all(node.gate.duties(node.asker(name)) for name in both)


def test_a_start_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    create_node(folder, NewNode(agency="HMPPS", name="Cut short", environment=Environment.DEMO))
    (folder / "demo-password").write_text("half", encoding="utf-8")
    told: list[str] = []
    try:
        assert made_example(folder, told=told.append) != "half"
        assert told[0].startswith("the last start was cut short")
    finally:
        remove_node(folder)


def test_an_example_of_another_version_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "node"
    folder.mkdir()
    (folder / "demo-password").write_text("of the old one", encoding="utf-8")
    (folder / "demo-complete").write_text("the example node is whole\n", encoding="utf-8")
    made: list[Path] = []

    def make(folder: Path, *, password: str, told: object, with_patch: bool) -> None:
        assert with_patch
        folder.mkdir()
        (folder / "demo-password").write_text(password, encoding="utf-8")
        made.append(folder)

    monkeypatch.setattr("watchroom.demo.night._make", make)
    told: list[str] = []
    password = made_example(folder, told=told.append)
    assert password != "of the old one"
    assert made == [folder]
    assert "another version" in told[0]
    assert made_example(folder, told=told.append) == password
    assert made == [folder]


def test_a_node_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "node"
    monkeypatch.setattr("watchroom.node.create.make_database", _no_disk)
    with pytest.raises(OSError, match="no space"):
        create_node(folder, NewNode(agency="HMPPS", name="Never"))
    assert not folder.exists()


def _no_disk(*_: object, **__: object) -> None:
    raise OSError("no space left on device")
