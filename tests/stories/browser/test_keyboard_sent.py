"""Forms that close or give something away are sent with the keyboard alone, and their faults are mended with it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from desk import Desk
from playwright.sync_api import expect
from subject_work import opened, somebody

from agreement_world import TRUST, signer, text
from watchroom.audit.verdicts import verdicts_on
from watchroom.gate.agreement_changes import By
from watchroom.gate.agreements import AgreementState
from watchroom.gate.party_keys import Signature, statement

pytestmark = pytest.mark.browser

BY = By(actor="records")


def in_force(desk: Desk, name: str) -> str:
    """The digest of an agreement that both have signed."""
    agreements, partner = desk.site.seat.agreements, signer(TRUST)
    document = text(first="2026-01-01").replace("DSA-012", name)
    digest = agreements.enter(document, where="keys.yaml", by=BY).agreement.digest
    agreements.trust(TRUST, partner.verifier.text(), by=BY)
    signature = Signature(
        organisation=TRUST,
        signatory="x",
        key=partner.verifier,
        value=partner.sign(statement(digest, TRUST)),
        signed_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    agreements.countersign(digest, signature=signature, by=BY)
    assert agreements.sign(digest, by=BY).state is AgreementState.IN_FORCE
    return digest


def test_an_agreement_is_suspended_with_the_keyboard_alone(desk: Desk) -> None:
    digest, page = in_force(desk, "DSA-K1"), desk.page
    desk.sit_down("records")
    desk.open(f"/agreements/{digest}")
    page.locator("main summary", has_text="Suspend").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "reason", "its link leads to the control"
    page.keyboard.type("a laptop was lost")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/agreements/{digest}?done=suspended")
    assert page.locator("main [role=status]").count() >= 1
    (kept,) = [one for one in desk.site.seat.agreements.kept() if one.agreement.digest == digest]
    assert (kept.state, kept.reason) == (AgreementState.SUSPENDED, "a laptop was lost")


def test_a_verdict_of_subject_access_is_given_with_the_keyboard_alone(desk: Desk) -> None:
    seat, page = desk.site.seat, desk.page
    who, number = somebody(seat.node)
    # So that an entry of the log is about them.
    desk.sit_down("officer.a")
    desk.open(f"/people/{who}")
    request = opened(seat, person=number, reference="REQ-11")
    desk.sit_down("records")
    desk.open(f"/subject-access/{request}")
    first = page.locator("main select[name^='verdict-']").first
    name = first.get_attribute("name")
    assert name is not None
    index = int(name.partition("-")[2])
    first.focus()
    page.keyboard.press("ArrowDown")
    assert first.input_value(), "a verdict is chosen"
    chosen = first.input_value()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == f"reason-{index}"
    page.keyboard.type("nothing speaks against it")
    page.locator(".wr-keep button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/subject-access/{request}**done=**")
    assert page.locator("main [role=status]").count() == 1
    kept = verdicts_on(seat.node.database, UUID(str(who)))[index]
    assert (chosen, kept.decided.reason) == (kept.decided.verdict.value, "nothing speaks against it")
