"""Agreements as the officer of information governance meets them: from a template to in force, and suspended."""

import json
import re
from datetime import UTC, datetime

import pytest
from desk import Desk
from playwright.sync_api import Page, expect

from agreement_world import TRUST, signer
from watchroom.gate.party_keys import statement

pytestmark = pytest.mark.browser
WIDTHS = [(1366, 768), (820, 1180), (320, 800)]


def begun(desk: Desk, name: str) -> Page:
    """A draft from the worked example with the health trust, under a name of its own."""
    desk.sit_down("records")
    desk.open("/agreements/new")
    page = desk.page
    page.get_by_label("Prison to health").check()
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url("**/agreements/drafts/**")
    said = page.input_value("#document")
    # For a purpose for which the agreement of the example node gives nothing yet.
    said = said.replace("purposes: [care.suicide-prevention]", "purposes: [custody.care]")
    page.fill("#document", said.replace("EXAMPLE-DSA-012", name).replace("version: 3", "version: 1"))
    return page


def checked(page: Page) -> None:
    page.get_by_role("button", name="Keep and check").click()
    page.wait_for_load_state()


def test_from_a_template_to_in_force_and_suspended(desk: Desk) -> None:
    page = begun(desk, "DSA-B1")
    said = page.input_value("#document")
    page.fill("#document", said.replace("fields: [prison_number]", "fields: [prison_numbr]"))
    checked(page)
    slip = page.locator("#slip")
    assert re.search(r"Line \d+: .*prison_numbr", slip.inner_text())
    line = int(re.findall(r"Line (\d+)", slip.inner_text())[0])
    assert page.evaluate("document.activeElement.id") == "document", "the cursor stands at the slip"
    start = page.evaluate("document.getElementById('document').selectionStart")
    assert page.input_value("#document")[:start].count("\n") == line - 1
    assert page.locator(f"#line-{line}").get_attribute("class") == "is-error"
    assert desk.violations() == []

    page.fill("#document", said)
    page.get_by_role("button", name="Keep and preview").click()
    page.wait_for_url("**/preview")
    assert re.search(r"\+\d+ people", page.locator(".wr-reach").inner_text())
    assert page.get_by_text("All are counted.").is_visible()
    assert desk.violations() == []

    page.get_by_role("link", name="Back to the draft").click()
    page.get_by_role("button", name="Enter, to be signed").click()
    page.wait_for_url("**/sign?done=entered")
    digest = page.url.split("/agreements/")[1].split("/")[0]
    assert digest in page.locator(".wr-statement").inner_text()
    page.get_by_label("I have read the sheet").check()
    page.fill("#password", "not it")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_load_state()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert page.get_by_label("I have read the sheet").is_checked(), "what was said is kept"
    page.fill("#password", desk.site.password)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/sign?done=signed")
    with page.expect_download() as got:
        page.get_by_role("link", name="Get the file with your signature").click()
    assert got.value.suggested_filename == "DSA-B1-HMPPS-v1.signature.json"
    countersigned(desk, digest)
    assert page.get_by_text("Every party has signed. It holds").is_visible()

    page.get_by_role("link", name="Back to the agreement").click()
    assert desk.violations() == []
    page.locator("summary", has_text="Suspend").click()
    page.get_by_label("Reason, in your words").fill("a laptop was lost")
    page.get_by_role("button", name="Suspend now").click()
    page.wait_for_url("**?done=suspended")
    assert "a laptop was lost" in page.locator("main .wr-note.is-late").inner_text()
    desk.open("/agreements")
    row = page.locator(".is-suspended .wr-agr", has_text="DSA-B1")
    assert "a laptop was lost" in row.inner_text()
    assert desk.violations() == []


def countersigned(desk: Desk, digest: str) -> None:
    page, partner = desk.page, signer(TRUST)
    desk.open("/agreements/keys")
    page.fill("#organisation", TRUST)
    page.fill("#key", partner.verifier.text())
    page.get_by_role("button", name="Show what to compare").click()
    page.get_by_label("I have compared every group").check()
    assert desk.violations() == []
    page.fill("#password", desk.site.password)
    page.get_by_role("button", name="Trust this key").click()
    page.wait_for_url("**/keys?done=trusted")
    signature = {
        "organisation": TRUST,
        "signatory": "Caldicott Guardian",
        "key": partner.verifier.text(),
        "signature": partner.sign(statement(digest, TRUST)).hex(),
        "signed_at": datetime(2026, 7, 20, tzinfo=UTC).isoformat(),
    }
    desk.open(f"/agreements/{digest}/sign")
    content = json.dumps(signature).encode()
    page.set_input_files("#file", {"name": "s.json", "mimeType": "application/json", "buffer": content})
    page.fill("#partner-password", desk.site.password)
    page.get_by_role("button", name="Take the signature").click()
    page.wait_for_url("**/sign?done=in_force")


def test_what_is_typed_is_kept_by_itself_and_is_there_after_the_browser_was_closed(desk: Desk) -> None:
    page = begun(desk, "DSA-B2")
    expect(page.locator("[data-kept]")).to_have_text("Kept by itself just now.", timeout=15_000)
    other = page.context.new_page()
    other.goto(page.url)
    assert "DSA-B2" in other.input_value("#document")
    assert desk.said == []


def test_a_second_person_is_told_and_both_texts_are_there(desk: Desk) -> None:
    page = begun(desk, "DSA-B3")
    checked(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#document", other.input_value("#document").replace("P90D", "P80D"))
    checked(other)
    page.fill("#document", page.input_value("#document").replace("P90D", "P70D"))
    checked(page)
    assert "Somebody else was here meanwhile" in page.locator("[data-error-summary]").inner_text()
    assert "P70D" in page.input_value("#document")
    differs = page.locator(".wr-diff").inner_text()
    assert "P80D" in differs
    assert "P70D" in differs
    assert desk.violations() == []
    checked(page)
    assert page.locator("[data-error-summary]").count() == 0


def test_the_way_back_after_entering_leads_to_what_it_became(desk: Desk) -> None:
    page = begun(desk, "DSA-B4")
    checked(page)
    draft = page.url.partition("?")[0]
    page.get_by_role("button", name="Enter, to be signed").click()
    page.wait_for_url("**/sign?done=entered")
    page.goto(draft)
    assert re.search(r"/agreements/[0-9a-f]{64}$", page.url)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_no_width_makes_a_page_of_agreements_scroll_sideways(desk: Desk, width: int, height: int) -> None:
    page = begun(desk, f"DSA-B{width}")
    checked(page)
    page.set_viewport_size({"width": width, "height": height})
    charter = f"/agreements/{desk.site.seat.agreements.charter().digest}"
    draft = page.url.removeprefix(desk.site.address).partition("?")[0]
    for path in ("/agreements", "/agreements/new", "/agreements/keys", draft, f"{draft}/preview", charter):
        desk.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if width != 320:
            assert desk.violations() == [], path


def test_without_script_a_draft_is_written_checked_and_entered(desk: Desk) -> None:
    browser = desk.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    token = desk.site.seat.sessions.begin(desk.site.seat.accounts.asker("records"))
    context.add_cookies([{"name": "watchroom", "value": token, "url": desk.site.address}])
    page = context.new_page()
    page.goto(f"{desk.site.address}/agreements/new")
    page.get_by_label("Prison to health").check()
    page.get_by_role("button", name="Begin the draft").click()
    said = page.input_value("#document")
    page.fill("#document", said.replace("EXAMPLE-DSA-012", "DSA-B5").replace("version: 3", "version: 1"))
    page.get_by_role("button", name="Keep and check").click()
    page.get_by_role("button", name="Enter, to be signed").click()
    assert page.url.endswith("/sign?done=entered")
    context.close()
