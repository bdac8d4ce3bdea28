"""Two organisations agree, each at its own node and terminal: draft, preview, keys, signatures, suspension."""

import json
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from standing import standing_node
from test_commands import run

from agreement_world import signer, text
from watchroom.node.create import remove_node

GIVER, TRUST = "HMPPS", "health-trust"


def given(found: Result) -> dict[str, object]:
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One organisation's node, with an officer of information governance."""

    node: Path

    def preview(self, draft: Path) -> dict[str, object]:
        return given(run("agreement", "preview", self.node, draft, "--as", "gov"))

    def sign(self, draft: Path, *more: object) -> dict[str, object]:
        return given(run("agreement", "sign", self.node, draft, *more, "--as", "gov"))

    def suspend(self, name: str) -> dict[str, object]:
        return given(run("agreement", "suspend", self.node, name, "--as", "gov"))

    def trust(self, organisation: str, key: str) -> None:
        assert run("agreement", "trust", self.node, organisation, key, "--as", "gov").exit_code == 0

    def key(self) -> str:
        return run("agreement", "key", self.node).stdout.strip()

    def listed(self) -> list[dict[str, object]]:
        every = json.loads(run("agreement", "list", self.node, "--json").stdout)["agreements"]
        return [one for one in every if one["agreement"] == "DSA-012"]


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory, nomis: Path) -> Generator[tuple[Desk, Desk]]:
    made: list[Desk] = []
    with ExitStack() as standing:
        for agency in (GIVER, TRUST):
            node = tmp_path_factory.mktemp(agency) / "n"
            standing.enter_context(standing_node(node, "--agency", agency, "--name", agency))
            added = run("user", "add", node, "gov", "--role", "information_governance")
            assert added.exit_code == 0, added.stderr
            made.append(Desk(node=node))
        giver = made[0].node
        assert run("source", "add", giver, "nomis", "--kind", "files", "--at", nomis, "--map", "nomis").exit_code == 0
        assert run("ingest", giver, "nomis").exit_code == 0
        assert run("user", "add", giver, "officer", "--role", "wing_officer", "--unit", "LEI-A").exit_code == 0
        yield made[0], made[1]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "dsa-012.yaml"
    file.write_text(text(first="2026-01-01"), encoding="utf-8")
    return file


def test_two_organisations_agree_and_one_of_them_ends_it(desks: tuple[Desk, Desk], draft: Path, tmp_path: Path) -> None:
    giver, trust = desks
    checked = given(run("agreement", "check", giver.node, draft))
    assert all(finding["text"] for finding in checked["findings"])

    seen = giver.preview(draft)
    (change,) = seen["changes"]
    assert change["people"] == {"before": 0, "after": 49, "added": 49, "removed": 0}
    assert (seen["is_wider"], seen["difference"]) == (True, [])
    assert change["fields"]["added"] == ["person.prison_number"]
    assert giver.listed() == []

    giver.trust(TRUST, trust.key())
    trust.trust(GIVER, giver.key())
    files = {}
    for desk in desks:
        signed = desk.sign(draft)
        files[str(signed["organisation"])] = file = tmp_path / f"{signed['organisation']}.json"
        file.write_text(json.dumps(signed))
        assert signed["state"] == "unsigned"
    assert giver.sign(draft, "--signature", files[TRUST])["state"] == "in_force"
    assert trust.sign(draft, "--signature", files[GIVER])["state"] == "in_force"

    later = tmp_path / "later.yaml"
    later.write_text(text(version=2, fields=("prison_number", "birth_date"), first="2026-01-01"), encoding="utf-8")
    wider = giver.preview(later)
    assert (wider["before"], wider["is_wider"], wider["is_narrower"]) == (1, True, False)
    assert any("birth_date" in one["text"] and one["direction"] == "wider" for one in wider["difference"])
    assert wider["changes"][0]["fields"]["added"] == ["person.birth_date"]

    assert giver.suspend("DSA-012")["state"] == "suspended"
    assert [one["state"] for one in giver.listed()] == ["suspended"]


def test_somebody_without_that_duty_neither_previews_nor_signs(desks: tuple[Desk, Desk], draft: Path) -> None:
    for words in (("preview", draft), ("sign", draft), ("suspend", "DSA-012"), ("trust", TRUST, "key")):
        found = run("agreement", words[0], desks[0].node, *words[1:], "--as", "officer")
        assert (found.exit_code, found.stdout) == (1, "")
        assert found.stderr.startswith("refused:")


def test_a_signature_of_somebody_else_is_refused(desks: tuple[Desk, Desk], draft: Path, tmp_path: Path) -> None:
    giver, trust = desks
    draft.write_text(text(first="2026-01-01").replace("DSA-012", "DSA-013"), encoding="utf-8")
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps({**trust.sign(draft), "signature": "00" * 64}))
    found = run("agreement", "sign", giver.node, draft, "--signature", forged, "--as", "gov")
    assert found.exit_code != 0
    assert "no signature of a known key" in found.stderr
    forged.write_text("{}")
    found = run("agreement", "sign", giver.node, draft, "--signature", forged, "--as", "gov")
    assert found.exit_code != 0
    assert "cannot be read" in found.stderr


def test_a_key_is_listed_to_be_compared_and_taken_back(desks: tuple[Desk, Desk]) -> None:
    giver, theirs = desks[0], signer("other-trust").verifier.text()
    giver.trust("other-trust", theirs)
    found = run("agreement", "keys", giver.node)
    (key,) = [one for one in given(found)["keys"] if one["organisation"] == "other-trust"]  # type: ignore[index]
    assert (len(key["fingerprint"].split()), key["revoked_at"]) == (8, None)
    taken = run("agreement", "distrust", giver.node, "other-trust", key["key_id"], "--as", "gov", "--reason", "lost")
    assert given(taken)["revoked_at"] is not None
    again = run("agreement", "trust", giver.node, "other-trust", theirs, "--as", "gov")
    assert again.exit_code != 0
    assert "never trusted again" in again.stderr


def test_a_draft_with_a_slip_is_said_with_its_line(desks: tuple[Desk, Desk], draft: Path) -> None:
    draft.write_text(text().replace("fields:", "feilds:"), encoding="utf-8")
    found = run("agreement", "check", desks[0].node, draft)
    assert found.exit_code != 0
    assert "dsa-012.yaml, line" in found.stderr


def test_signatories_read_a_sheet_and_partners_get_the_same_agreement_as_odrl(
    desks: tuple[Desk, Desk], draft: Path, tmp_path: Path
) -> None:
    page = run("agreement", "sheet", desks[0].node, draft)
    assert page.exit_code == 0
    assert "Prison to health, open support plans (DSA-012, version 1)" in page.stdout
    assert "What is never shown" in page.stdout
    out = tmp_path / "dsa.jsonld"
    out.write_text(run("agreement", "odrl", desks[0].node, draft).stdout, encoding="utf-8")
    back = tmp_path / "back.yaml"
    back.write_text(run("agreement", "odrl", desks[1].node, out, "--back").stdout, encoding="utf-8")
    digests = {given(run("agreement", "check", desks[0].node, one))["digest"] for one in (draft, back)}
    assert len(digests) == 1


def test_in_somebodys_name_the_sheet_ends_with_what_was_measured(desks: tuple[Desk, Desk], draft: Path) -> None:
    node, everybody = desks[0].node, desks[0].node / "charter.yaml"
    assert "Worth a second look" not in run("agreement", "sheet", node, everybody).stdout
    page = run("agreement", "sheet", node, everybody, "--as", "gov")
    assert page.exit_code == 0, page.stderr
    findings = given(run("agreement", "check", node, everybody, "--as", "gov"))["findings"]
    measured = page.stdout.partition("Worth a second look")[2]
    assert findings
    assert all(one["text"] in measured for one in findings)  # type: ignore[index]
    assert "% of all people" in measured


def test_a_draft_that_begins_later_is_previewed_as_if_it_had_begun(desks: tuple[Desk, Desk], draft: Path) -> None:
    draft.write_text(text(first="2027-01-01").replace("DSA-012", "DSA-014"), encoding="utf-8")
    (change,) = desks[0].preview(draft)["changes"]
    assert change["people"]["after"] == 49


def test_the_list_at_the_terminal_has_an_end_and_says_what_was_left_off(desks: tuple[Desk, Desk], draft: Path) -> None:
    giver, _ = desks
    for version in (1, 2):
        draft.write_text(text(version=version).replace("DSA-012", "DSA-016"), encoding="utf-8")
        giver.sign(draft)
    found = run("agreement", "list", giver.node, "--limit", 1, "--json")
    document = json.loads(found.stdout)
    assert len(document["agreements"]) == 1
    assert document["left_off"] >= 1
    assert "there are more versions than are listed" in found.stderr


def test_what_is_agreed_stands_after_a_restore(desks: tuple[Desk, Desk], draft: Path, tmp_path: Path) -> None:
    giver, trust = desks
    draft.write_text(text(first="2026-01-01").replace("DSA-012", "DSA-015"), encoding="utf-8")
    giver.trust(TRUST, trust.key())
    signed = tmp_path / "signed.json"
    signed.write_text(json.dumps(trust.sign(draft)))
    giver.sign(draft)
    giver.sign(draft, "--signature", signed)
    kept, restored = tmp_path / "n.wrb", tmp_path / "restored"
    assert run("backup", giver.node, kept).exit_code == 0
    found = run("restore", restored, kept, "--key", giver.node / "keys" / "backup.key")
    assert found.exit_code == 0, found.stderr
    try:
        listed = [json.loads(run("agreement", "list", one, "--json").stdout) for one in (giver.node, restored)]
        assert listed[0] == listed[1]
        assert ("DSA-015", "in_force") in {(one["agreement"], one["state"]) for one in listed[1]["agreements"]}
        giver.suspend("DSA-015")
        assert run("agreement", "key", restored).stdout.strip() == giver.key()
    finally:
        remove_node(restored)
