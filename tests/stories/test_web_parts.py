"""What holds for the pages whatever stands behind them: templates, assets, tokens, limits."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from filled import filled
from sweep_lists import PARTS_OF_TEMPLATES

from watchroom.governance.agreements import show as agreements
from watchroom.governance.ask import show as ask
from watchroom.governance.checks import show as checks
from watchroom.governance.code_value import show as code_value
from watchroom.governance.codes import show as codes
from watchroom.governance.comparison import show as comparison
from watchroom.governance.dictionary import show as dictionary
from watchroom.governance.dictionary_entry import show as dictionary_entry
from watchroom.governance.drafts import show as drafts
from watchroom.governance.feeds import show as feeds
from watchroom.governance.given import show as given
from watchroom.governance.glass import show as glass
from watchroom.governance.held import show as held
from watchroom.governance.held_group import show as held_group
from watchroom.governance.kept_records import show as kept_records
from watchroom.governance.log import show as log
from watchroom.governance.look_case import show as look_case
from watchroom.governance.looks import show as looks
from watchroom.governance.my_work import show as my_work
from watchroom.governance.one_feed import show as one_feed
from watchroom.governance.one_room import show as one_room
from watchroom.governance.origin import show as origin
from watchroom.governance.partner_keys import show as partner_keys
from watchroom.governance.reach import show as reach
from watchroom.governance.requests import show as requests
from watchroom.governance.rerun import show as rerun
from watchroom.governance.rooms import show as rooms
from watchroom.governance.signing import show as signing
from watchroom.governance.standing import show as standing
from watchroom.governance.subject import show as subject
from watchroom.governance.subject_list import show as subject_list
from watchroom.governance.unsent import show as unsent
from watchroom.governance.waiting import show as waiting
from watchroom.handover.outbox import show as outbox
from watchroom.handover.person.show import PersonPage
from watchroom.handover.posts.show import PostsPage
from watchroom.handover.show import BriefingPage
from watchroom.insight.show import BoardPage
from watchroom.kernel.errors import NotFoundError
from watchroom.model.words import Words
from watchroom.picture.show import AroundPage
from watchroom.web import cookies
from watchroom.web.assets import FOLDER, Assets
from watchroom.web.entry_pages import SignInPage
from watchroom.web.faults import KINDS, Notice
from watchroom.web.frame import Frame
from watchroom.web.handover_routes import HandoverLinks
from watchroom.web.limits import Allowance
from watchroom.web.person_routes import PersonLinks
from watchroom.web.render import Pages
from watchroom.web.subject_routes import Preview

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "watchroom" / "web"
NOON = datetime(2026, 7, 24, 12, tzinfo=UTC)

CONTENT: dict[str, dict[str, Any]] = {
    "handover.html": {"page": BriefingPage, "links": HandoverLinks},
    "person.html": {"page": PersonPage, "links": PersonLinks},
    "posts.html": {"page": PostsPage},
    "board.html": {"page": BoardPage},
    "around.html": {"page": AroundPage},
    "sign_in.html": {"page": SignInPage},
    "notice.html": {"notice": Notice},
    "unsent.html": {"page": unsent.Content},
    "waiting.html": {"page": waiting.WaitingPage},
    "looks.html": {"page": looks.QueuePage},
    "look_case.html": {"page": look_case.CasePage},
    "my_work.html": {"page": my_work.MyWorkPage},
    "glass.html": {"page": glass.GlassPage},
    "glass_review.html": {"page": glass.ReviewPage},
    "log.html": {"page": log.LogPage},
    "codes/list.html": {"page": codes.CodesPage},
    "codes/value.html": {"page": code_value.CodePage},
    "quarantine/list.html": {"page": held.HeldPage},
    "quarantine/group.html": {"page": held_group.GroupPage},
    "lineage/origin.html": {"page": origin.OriginPage},
    "requests/ask.html": {"page": ask.AskPage},
    "requests/given.html": {"page": given.GivenPage},
    "requests/requests.html": {"page": requests.RequestsPage},
    "rooms/list.html": {"page": rooms.RoomsPage},
    "rooms/room.html": {"page": one_room.RoomPage},
    "kept_records.html": {"page": kept_records.KeptRecordsPage},
    "subject/requests.html": {"page": subject_list.RequestsPage},
    "subject/draft.html": {"page": subject.DraftPage},
    "agreements/list.html": {"page": agreements.ListPage},
    "agreements/agreement.html": {"page": agreements.AgreementPage},
    "agreements/compare.html": {"page": comparison.ComparisonPage},
    "agreements/draft.html": {"page": drafts.DraftPage, "refused": str},
    "agreements/new.html": {"page": drafts.NewPage},
    "agreements/keys.html": {"page": partner_keys.KeysPage},
    "agreements/sign.html": {"page": signing.SignPage, "said": signing.Said},
    "agreements/suspend.html": {"line": standing.Line, "error": str, "reason": str},
    "agreements/reach.html": {
        "page": reach.ReachPage,
        "lines": tuple[reach.ReachLine, ...],
        "changes": comparison.InWords,
    },
    "subject/letter.html": {"page": Preview},
    "sources/list.html": {"page": feeds.FeedsPage},
    "sources/source.html": {"page": one_feed.OneFeedPage},
    "sources/quality.html": {"page": checks.ChecksPage},
    "sources/rerun.html": {"page": rerun.RerunPage},
    "sources/dictionary.html": {"page": dictionary.DictionaryPage},
    "sources/entity.html": {"page": dictionary_entry.EntityPage},
    "sources/codes.html": {"page": dictionary_entry.CodeListPage},
    "staff/note.html": {"page": outbox.NotePage},
    "staff/outbox.html": {"page": outbox.OutboxPage, "purpose": str, "past": str, "now": str},
}

# Of a page the heads of a table, which are as many as its columns.
HEADS = {
    "around.html": {"heads": 4},
    "sources/list.html": {"heads": 4, "figure_heads": 4},
    "sources/rerun.html": {"heads": 5, "held_heads": 3},
    "sources/source.html": {"batch_heads": 8, "issue_heads": 4, "drift_heads": 4, "try_heads": 4},
}

# What a page shows in one state and not in another: each of these states is tried as well.
STATES: dict[str, tuple[dict[str, dict[str, Any]], ...]] = {
    "agreements/keys.html": tuple(
        {"page": {"error_field": field}} for field in ("organisation", "key", "compared", "password")
    ),
    "agreements/sign.html": tuple(
        {"page": {"is_signed_by_us": False}, "said": {"field": field}} for field in ("read", "password", "signature")
    ),
    "agreements/new.html": ({"page": {"groups": ()}},),
    "agreements/draft.html": ({"page": {"sheet": None}},),
    "rooms/room.html": ({"page": {"is_open": False}}, {"page": {"members": (), "left": (), "opens": ()}}),
    "subject/letter.html": ({"page": {"waiting": None}},),
}

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "</title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "\u202egnp.exe\u202c \u2066left\u2069",
    "&lt;b&gt; &amp; \x00 \ufeff",
)


def pages() -> Pages:
    return Pages(words=Words(), assets=Assets())


def rendered(template: str, text: str) -> list[str]:
    """The page with that text in every place that shows one, in each state that is named for it."""
    content = {name: filled(kind, text) for name, kind in CONTENT[template].items()}
    for name, number in HEADS.get(template, {}).items():
        content["page"] = replace(content["page"], **{name: (text,) * number})
    frame = filled(Frame, text)
    found = [pages().page(template, frame, **content)]
    for state in STATES.get(template, ()):
        changed = {name: replace(content[name], **fields) for name, fields in state.items()}
        found.append(pages().page(template, frame, **{**content, **changed}))
    return found


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("template", sorted(CONTENT))
def test_stored_text_never_becomes_markup(template: str, poison: str) -> None:
    for html, without in zip(rendered(template, poison), rendered(template, "plain"), strict=True):
        assert re.findall(r"<[a-z!/][a-z0-9]*", html) == re.findall(r"<[a-z!/][a-z0-9]*", without)
        assert attribute_names(html) == attribute_names(without)


def attribute_names(html: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(f"{tag} {name}" for name, _ in attrs)
            assert not any(name.startswith("on") or name == "style" for name, _ in attrs)

    Reader().feed(html)
    return found


def test_text_that_runs_the_other_way_stays_within_its_own_element() -> None:
    sheet = FOLDER.joinpath(Assets().address("watchroom.css").rpartition("/")[2]).read_text("utf-8")
    assert "unicode-bidi: isolate" in sheet


def test_every_whole_page_is_tried_with_hostile_text() -> None:
    folder = WEB / "templates"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert there - PARTS_OF_TEMPLATES == set(CONTENT)


def test_no_template_switches_escaping_off_or_brings_script_or_style_of_its_own() -> None:
    for template in (WEB / "templates").rglob("*.html"):
        text = template.read_text("utf-8")
        if template.name == "standalone.html":
            # A document in a file has its sheet inside; it is ours, and nothing else of it is trusted.
            text = text.replace("<style>{{ sheet }}</style>", "")
        for forbidden in ("|safe", "| safe", "autoescape", " style=", "<style", "javascript:", "http://", "https://"):
            assert forbidden not in text, f"{template.name}: {forbidden}"
        assert not re.search(r"\son[a-z]+=", text), template.name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), template.name


MESSAGE = re.compile(r"""["'](web\.[a-z_.]*[a-z])["']""")
STEMS = {kind for _, _, kind in KINDS} | {"web.fault", "web.locked", "web.signed_out", "web.sign_in"}


def test_every_message_of_a_template_and_of_the_room_has_an_english_text() -> None:
    named = {
        message
        for file in [*(WEB / "templates").rglob("*.html"), *WEB.glob("*.py")]
        for message in MESSAGE.findall(file.read_text("utf-8"))
    }
    words = Words()
    for message in (named - STEMS) | {f"{stem}.{part}" for stem in STEMS for part in ("title", "sentence")}:
        words.phrase(message)
    assert not words.missing


def test_the_committed_assets_are_what_their_sources_give() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "build_static.py", "--check"], check=False)
    assert done.returncode == 0


def test_what_others_made_is_shipped_with_its_licence_and_without_what_may_not_be_used() -> None:
    licences = {path.name for path in FOLDER.joinpath("licences").iterdir()}
    assert licences == {
        "govuk-frontend-MIT.txt",
        "atkinson-hyperlegible-next-OFL.txt",
        "public-sans-OFL.txt",
    }
    sheet = FOLDER.joinpath(Assets().address("govuk.css").rpartition("/")[2]).read_text("utf-8").lower()
    assert "transport" not in sheet
    assert "crown" not in sheet
    assert "url(" not in sheet


def test_an_asset_that_is_not_in_the_manifest_is_not_served() -> None:
    with pytest.raises(NotFoundError):
        Assets().content("../app.py")


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/handover/LEI-A?purpose=custody.care", "/handover/LEI-A?purpose=custody.care"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/a\r\nset-cookie: x", "/"),
        ("handover", "/"),
        ("", "/"),
        (None, "/"),
        ("/" + "a" * 600, "/"),
    ],
)
def test_the_way_on_after_sign_in_stays_on_this_host(path: str | None, safe: str) -> None:
    assert cookies.safe_path(path) == safe


def test_a_form_token_belongs_to_one_cookie_and_does_not_tell_it() -> None:
    token = cookies.form_token("one session")
    assert cookies.is_form_token(token, "one session")
    assert not cookies.is_form_token(token, "another session")
    assert not cookies.is_form_token(None, "one session")
    assert not cookies.is_form_token("", "one session")
    assert not cookies.is_form_token("ünïcode", "one session")
    assert "one session" not in token


def test_over_tls_the_cookie_is_tied_to_the_host_and_elsewhere_it_is_not_named_so() -> None:
    assert cookies.cookie_name(tls=True).startswith("__Host-")
    assert not cookies.cookie_name(tls=False).startswith("__Host-")
    for tls in (True, False):
        cookie = cookies.set_cookie(cookies.cookie_name(tls=tls), "token", tls=tls)
        assert (cookie.secure, cookie.httponly, cookie.samesite, cookie.path, cookie.domain) == (
            tls,
            True,
            "strict",
            "/",
            None,
        )


def test_an_allowance_is_used_up_and_comes_back_with_time() -> None:
    allowance = Allowance(times=2, within=timedelta(minutes=1))
    assert allowance.allows("a", NOON)
    assert allowance.allows("a", NOON)
    assert not allowance.allows("a", NOON)
    assert allowance.allows("b", NOON)
    assert not allowance.allows("a", NOON + timedelta(seconds=59))
    assert allowance.allows("a", NOON + timedelta(seconds=60))


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    allowance = Allowance(times=1, within=timedelta(minutes=1))
    for number in range(10_050):
        allowance.allows(str(number), NOON)
    assert len(allowance._tried) <= 10_001  # pyright: ignore[reportPrivateUsage]
