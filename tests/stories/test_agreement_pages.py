"""The officer of information governance at the pages of agreements, whatever is pressed twice, late or by another."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from agreement_world import TRUST, signer, text
from watchroom.gate.agreement_changes import By
from watchroom.gate.agreements import AgreementState
from watchroom.gate.party_keys import Signature, statement
from watchroom.governance.agreements import show
from watchroom.kernel.ids import uuid7
from watchroom.web import agreement_routes

NAMES = (f"DSA-S{number}" for number in count(1))


@dataclass(slots=True)
class Officer:
    """Somebody at the pages, with the token of their session."""

    client: TestClient[Litestar]
    seat: Seat
    token: str
    password: str

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=False)

    def begun(self, document: str) -> str:
        """The address of a new draft."""
        fresh = str(uuid7(at=datetime.now(UTC)))  # noqa: TID251
        reply = self.post("/agreements/drafts", draft_id=fresh, template="given", document=document)
        assert reply.status_code == 303, reply.text
        return reply.headers["location"].partition("?")[0]

    def field(self, path: str, name: str) -> str:
        """The value of a hidden field of a page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', get(self.client, path).text)
        assert found is not None, path
        return found[1]

    def entered(self, document: str) -> str:
        """The digest of a version that was entered from a draft."""
        draft = self.begun(document)
        fields = {name: self.field(draft, name) for name in ("revision", "digest")}
        reply = self.post(draft, act="enter", document=document, **fields)
        assert reply.headers["location"].endswith("/sign?done=entered"), reply.text
        return fields["digest"]

    def signed(self, digest: str, **changes: str) -> httpx.Response:
        return self.post(f"/agreements/{digest}/sign", **({"read": "yes", "password": self.password} | changes))


@pytest.fixture
def officer(seat: Seat, client: TestClient[Litestar], example: Example) -> Officer:
    return Officer(client=client, seat=seat, token=seat.sign_in(client, "records"), password=example.password)


def document(**changes: object) -> str:
    """An agreement under a name of its own."""
    return text(first="2026-01-01", **changes).replace("DSA-012", next(NAMES))  # type: ignore[arg-type]


def dids(seat: Seat, after: int) -> list[str]:
    """What was entered, in order."""
    return [str(one.body["detail"].get("did", one.act)) for one in seat.entries(after) if one.body]


def test_a_draft_is_begun_kept_checked_and_found_in_the_list(officer: Officer) -> None:
    draft = officer.begun(document())
    assert "How it would read" in get(officer.client, draft).text
    assert draft in get(officer.client, "/agreements").text


def test_every_thing_to_begin_with_can_be_begun_with(officer: Officer) -> None:
    page = get(officer.client, "/agreements/new").text
    keys = re.findall(r'name="template" id="[^"]*" value="([^"]*)"', page)
    assert {"blank", "given", "example:self_harm_support"} <= set(keys)
    for key in keys:
        fresh = str(uuid7(at=datetime.now(UTC)))  # noqa: TID251
        reply = officer.post("/agreements/drafts", draft_id=fresh, template=key, document="a: 1")
        assert get(officer.client, reply.headers["location"]).status_code == 200, key


def test_a_slip_is_shown_with_its_line_and_what_was_typed_is_kept(officer: Officer) -> None:
    draft = officer.begun(document())
    typed = document().replace("title:", "titel:")
    reply = officer.post(draft, act="check", document=typed, revision=officer.field(draft, "revision"))
    page = get(officer.client, reply.headers["location"]).text
    assert 'data-line="1"' in page
    assert "is-error" in page
    assert "titel:" in page


def test_a_large_draft_is_taken_and_one_beyond_the_bound_is_said_at_the_field(officer: Officer) -> None:
    draft, filled = officer.begun(document()), "# é" * 12_000
    reply = officer.post(draft, act="check", document=filled, revision="1")
    assert reply.status_code == 303
    reply = officer.post(draft, act="check", document="x" * 100_001, revision="2")
    assert reply.status_code == 400
    assert "The text holds more than" in reply.text
    assert "x" * 100_001 in reply.text, "nobody loses work"


def test_no_other_form_is_taken_beyond_the_usual_bound(officer: Officer) -> None:
    assert officer.post("/agreements/suspend", name="x" * 20_000).status_code in (400, 413)


def test_the_second_of_two_who_write_is_told_and_both_texts_are_shown(officer: Officer) -> None:
    draft = officer.begun(document())
    first, second = document(), document()
    assert officer.post(draft, act="check", document=first, revision="1").status_code == 303
    reply = officer.post(draft, act="check", document=second, revision="1")
    assert reply.status_code == 409
    assert "Somebody else was here meanwhile" in reply.text
    assert second.splitlines()[1] in reply.text
    assert first.splitlines()[1] in reply.text
    assert officer.field(draft, "revision") == "2", "theirs is not overwritten"
    assert officer.post(draft, act="check", document=second, revision="2").status_code == 303, "knowingly it is"


def test_what_is_typed_into_a_draft_that_is_gone_becomes_a_draft_of_its_own(officer: Officer) -> None:
    draft = officer.begun(document())
    assert officer.post(draft, act="drop", document="", revision="1").headers["location"] == "/agreements?done=dropped"
    typed = document()
    reply = officer.post(draft, act="check", document=typed, revision="1")
    assert reply.headers["location"].endswith("done=apart")
    assert typed.splitlines()[1] in get(officer.client, reply.headers["location"]).text


def test_only_what_was_read_is_entered(officer: Officer) -> None:
    draft, said = officer.begun(document()), document()
    fields = {name: officer.field(draft, name) for name in ("revision", "digest")}
    reply = officer.post(draft, act="enter", document=said, **fields)
    assert reply.headers["location"] == f"{draft}?done=changed"
    assert all(one.document != said for one in officer.seat.agreements.kept())


def test_entering_twice_leads_to_the_same_and_the_way_back_does_too(officer: Officer) -> None:
    draft, said = officer.begun(document()), ""
    said = str(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", get(officer.client, draft).text, re.S)[1])  # type: ignore[index]
    fields = {name: officer.field(draft, name) for name in ("revision", "digest")}
    replies = [officer.post(draft, act="enter", document=said, **fields) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [303, 303]
    assert all(f"/agreements/{fields['digest']}/sign" in reply.headers["location"] for reply in replies)
    assert get(officer.client, draft).headers["location"] == f"/agreements/{fields['digest']}"


def test_a_version_that_is_there_with_another_text_is_refused_in_words(officer: Officer) -> None:
    said = document()
    officer.entered(said)
    other = said.replace("P90D", "P91D")
    draft = officer.begun(other)
    fields = {name: officer.field(draft, name) for name in ("revision", "digest")}
    reply = officer.post(draft, act="enter", document=other, **fields)
    assert reply.status_code == 400
    assert "version: 2" in reply.text


def test_nobody_signs_without_their_password_or_without_saying_that_they_have_read_it(officer: Officer) -> None:
    digest = officer.entered(document())
    for changes in ({"password": "not it"}, {"password": ""}, {"read": ""}):
        reply = officer.signed(digest, **changes)
        assert reply.status_code == 400, changes
        assert 'role="alert"' in reply.text
    assert officer.field(f"/agreements/{digest}/sign", "read") == "yes", "the form is still there"
    assert "HMPPS" in next(k for k in officer.seat.agreements.kept() if k.agreement.digest == digest).unsigned


def test_signing_twice_is_signing_once(officer: Officer) -> None:
    digest = officer.entered(document())
    before = officer.seat.last_index()
    assert [officer.signed(digest).status_code for _ in range(2)] == [303, 303]
    assert dids(officer.seat, before).count("signed") == 1


def test_both_sign_by_file_and_it_is_in_force_and_one_step_suspends_it(officer: Officer) -> None:
    seat, partner, digest = officer.seat, signer(TRUST), officer.entered(document())
    officer.signed(digest)
    given = json.loads(get(officer.client, f"/agreements/{digest}/signature").text)
    assert (given["digest"], given["organisation"]) == (digest, "HMPPS")
    key = partner.verifier.text()
    shown = officer.post("/agreements/keys", organisation=TRUST, key=key, act="show")
    assert "Call the partner" in shown.text
    unread = officer.post("/agreements/keys", organisation=TRUST, key=key, act="trust", password=officer.password)
    assert unread.status_code == 400
    fields = {"organisation": TRUST, "key": key, "act": "trust", "compared": "yes", "password": officer.password}
    assert officer.post("/agreements/keys", **fields).status_code == 303
    signature = {
        "organisation": TRUST,
        "signatory": "Caldicott Guardian",
        "key": key,
        "signature": partner.sign(statement(digest, TRUST)).hex(),
        "signed_at": datetime(2026, 7, 1, tzinfo=UTC).isoformat(),
    }
    # What was pasted before, and was refused, still stands in the field; the file was chosen after it.
    reply = officer.client.post(
        f"/agreements/{digest}/countersign",
        data={"csrf_token": officer.token, "password": officer.password, "signature": "half of a sign"},
        files={"file": ("s.json", json.dumps(signature).encode(), "application/json")},
        follow_redirects=False,
    )
    assert reply.headers["location"].endswith("done=in_force"), reply.text
    (kept,) = [one for one in seat.agreements.kept() if one.agreement.digest == digest]
    assert kept.state is AgreementState.IN_FORCE
    name = kept.agreement.name
    refused = officer.post("/agreements/suspend", name=name, reason=" ")
    assert (refused.status_code, "Say in a few words why" in refused.text) == (400, True)
    before = seat.last_index()
    done = officer.post("/agreements/suspend", name=name, reason="a laptop was lost")
    assert done.headers["location"] == f"/agreements/{digest}?done=suspended"
    assert "suspended" in dids(seat, before)
    for page in ("/agreements", f"/agreements/{digest}", f"/agreements/{digest}/sign"):
        assert "a laptop was lost" in get(officer.client, page).text, page


def test_a_version_that_was_superseded_is_signed_by_nobody_and_says_why(officer: Officer) -> None:
    first = document()
    name = re.search(r"DSA-S\d+", first)
    assert name is not None
    partner, old = signer(TRUST), officer.entered(first)
    officer.seat.agreements.trust(TRUST, partner.verifier.text(), by=By(actor="records"))
    assert "/countersign" in get(officer.client, f"/agreements/{old}/sign").text
    new = officer.entered(text(first="2026-01-02", version=2).replace("DSA-012", name[0]))
    officer.signed(new)
    signature = Signature(
        organisation=TRUST,
        signatory="x",
        key=partner.verifier,
        value=partner.sign(statement(new, TRUST)),
        signed_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    officer.seat.agreements.countersign(new, signature=signature, by=By(actor="records"))
    page = get(officer.client, f"/agreements/{old}/sign").text
    assert page.count("has superseded this one: there is nothing to sign.") == 2
    assert "/countersign" not in page
    before = officer.seat.last_index()
    for done in ("sign", "countersign"):
        late = officer.client.post(
            f"/agreements/{old}/{done}",
            data={"csrf_token": officer.token, "password": officer.password, "read": "yes", "signature": "{}"},
            files={"file": ("", b"")} if done == "countersign" else None,
            follow_redirects=False,
        )
        assert (late.status_code, late.headers.get("location")) == (303, f"/agreements/{old}/sign"), done
    assert dids(officer.seat, before) == []


def test_a_key_that_is_taken_back_is_said_on_list_and_sheet(officer: Officer) -> None:
    seat, partner, digest = officer.seat, signer(TRUST), officer.entered(document())
    officer.signed(digest)
    fields = {"organisation": TRUST, "key": partner.verifier.text(), "act": "trust", "compared": "yes"}
    officer.post("/agreements/keys", **fields, password=officer.password)
    signature = {
        "organisation": TRUST,
        "signatory": "x",
        "key": partner.verifier.text(),
        "signature": partner.sign(statement(digest, TRUST)).hex(),
        "signed_at": datetime(2026, 7, 1, tzinfo=UTC).isoformat(),
    }
    said = {"csrf_token": officer.token, "password": officer.password, "signature": json.dumps(signature)}
    path = f"/agreements/{digest}/countersign"
    officer.client.post(path, data=said, files={"file": ("", b"")}, follow_redirects=False)
    key_id = partner.verifier.key_id.hex()
    assert officer.post("/agreements/keys/distrust", organisation=TRUST, key_id=key_id, reason="").status_code == 400
    reply = officer.post("/agreements/keys/distrust", organisation=TRUST, key_id=key_id, reason="stolen")
    assert reply.headers["location"].endswith("done=revoked")
    (kept,) = [one for one in seat.agreements.kept() if one.agreement.digest == digest]
    assert kept.state is AgreementState.LAPSED
    for page in ("/agreements", f"/agreements/{digest}"):
        assert f"a key of {TRUST} was taken back" in get(officer.client, page).text, page
    assert "stolen" in get(officer.client, "/agreements/keys").text


def test_a_preview_counts_people_and_fields_now_and_as_of_an_earlier_instant(officer: Officer) -> None:
    # For a purpose for which the example agreement gives nothing yet.
    draft = officer.begun(document().replace("care.suicide-prevention", "custody.care"))
    for query in ("", "?as_of=2026-07-23T20:00"):
        before = officer.seat.last_index()
        page = get(officer.client, f"{draft}/preview{query}").text
        assert re.search(r"\+\d+ people", page), query
        assert "All are counted." in page
        assert dids(officer.seat, before) == ["previewed"]
    to_come = get(officer.client, f"{draft}/preview?as_of=2999-01-01T00:00")
    assert to_come.status_code == 400
    assert 'value="2999-01-01T00:00" aria-invalid="true" aria-describedby="as-of-error"' in to_come.text
    assert 'id="as-of-error"' in to_come.text


def test_a_draft_that_cannot_be_read_has_no_preview_and_leads_back_to_its_text(officer: Officer) -> None:
    draft = officer.begun("agreement: [")
    assert get(officer.client, f"{draft}/preview").headers["location"] == draft


def test_two_versions_are_compared_wider_apart_from_narrower_and_line_by_line(officer: Officer) -> None:
    said = document()
    old = officer.entered(said)
    later = said.replace("version: 1", "version: 2").replace("[prison_number]", "[prison_number, birth_date]")
    new = officer.entered(later)
    page = get(officer.client, f"/agreements/{old}/compare/{new}").text
    assert "Wider" in page
    assert re.search(r"is-added.*?birth_date", page, re.S)
    back = get(officer.client, f"/agreements/{new}/compare/{old}").text
    assert "nothing is shown that was not" in back


def test_what_somebody_wrote_into_an_agreement_is_never_markup(officer: Officer) -> None:
    said = document().replace("Prison to health, open support plans", "<script>alert(1)</script>")
    digest = officer.entered(said)
    for page in ("/agreements", f"/agreements/{digest}", f"/agreements/{digest}/sign", f"/agreements/{digest}/reach"):
        assert "<script>alert" not in get(officer.client, page).text, page


@pytest.mark.parametrize("who", ["officer.a", "governor", "board"])
def test_who_has_not_that_duty_is_refused_by_every_form_and_nothing_is_done(
    seat: Seat, client: TestClient[Litestar], example: Example, who: str
) -> None:
    token = seat.sign_in(client, who)
    other = Officer(client=client, seat=seat, token=token, password=example.password)
    state = [(one.agreement.digest, one.state) for one in seat.agreements.kept()]
    key = signer("x").verifier.text()
    for path, fields in {
        "/agreements/suspend": {"name": "DSA-1", "reason": "x"},
        "/agreements/keys": {"organisation": "x", "key": key, "act": "trust", "compared": "yes"},
        "/agreements/keys/distrust": {"organisation": TRUST, "key_id": "00000000", "reason": "x"},
        "/agreements/drafts": {"draft_id": str(uuid7(at=datetime.now(UTC))), "template": "blank"},  # noqa: TID251
        f"/agreements/{'0' * 64}/sign": {"read": "yes", "password": example.password},
    }.items():
        before = seat.last_index()
        assert other.post(path, **fields).status_code == 403, path
        assert [one.act for one in seat.entries(before)] == ["refuse"], path
    assert [(one.agreement.digest, one.state) for one in seat.agreements.kept()] == state


def test_a_file_of_an_agreement_is_what_was_entered(officer: Officer) -> None:
    said = document()
    digest = officer.entered(said)
    reply = get(officer.client, f"/agreements/{digest}/agreement.yaml")
    assert reply.text == said
    assert "attachment" in reply.headers["content-disposition"]
    assert "odrl" in get(officer.client, f"/agreements/{digest}/agreement.jsonld").text


def test_the_page_says_what_is_measured_when_it_is_asked_for(officer: Officer) -> None:
    digest = officer.seat.agreements.charter().digest
    page = get(officer.client, f"/agreements/{digest}").text
    assert f"/agreements/{digest}?measured=yes" in page
    assert "% of all people" not in page
    assert "% of all people" in get(officer.client, f"/agreements/{digest}?measured=yes").text


def test_the_charter_has_a_sheet_and_nobody_can_suspend_or_sign_it(officer: Officer) -> None:
    digest = officer.seat.agreements.charter().digest
    page = get(officer.client, f"/agreements/{digest}").text
    assert "Access charter" in page
    assert "/agreements/suspend" not in page
    assert officer.post("/agreements/suspend", name="PRISON-CHARTER", reason="x").status_code == 404


PATTERNS = {"after": r'<h3><a href="/agreements/([0-9a-f]+)"', "drafts": r'<a href="(/agreements/drafts/[0-9a-f-]+)"'}


def test_the_list_of_agreements_and_that_of_drafts_go_on_and_each_line_is_on_one_page(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (show, agreement_routes):
        monkeypatch.setattr(module, "LINES_A_PAGE", 2)
    entered = {officer.entered(text().replace("DSA-012", next(NAMES))) for _ in range(3)}
    begun = {officer.begun(text().replace("DSA-012", next(NAMES))) for _ in range(3)}
    for kind, sought in (("after", entered), ("drafts", begun)):
        path, lines = "/agreements", list[str]()
        while path:
            page = get(officer.client, path).text
            # The charter stands below every page of the list.
            found = re.findall(PATTERNS[kind], page.partition('id="h-charter"')[0])
            assert len(found) <= 2
            lines += found
            further = re.search(rf'href="(/agreements\?{kind}=[^"]+)"', page)
            path = further[1] if further else ""
        assert len(lines) == len(set(lines))
        assert sought <= set(lines)
