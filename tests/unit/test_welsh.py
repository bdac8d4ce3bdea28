"""What staff see on every page is there in Welsh, and says the same things of the same facts as the English."""

from pathlib import Path

import pytest

from watchroom.model.message_files import Message, messages
from watchroom.web.faults import KINDS
from watchroom.web.navigation import DESTINATIONS

FOLDER = Path(__file__).parents[2] / "src" / "watchroom" / "model" / "messages" / "cy"
ON_EVERY_PAGE = (
    *("web.skip", "web.nav.label", "web.nav.governance", "web.nav.waiting", "web.sign_out", "web.error.title"),
    *("web.purpose", "web.purpose.change", "web.connection_lost", "web.lock_soon", "web.access_changed"),
    *("glass.banner", "glass.banner.close", "web.unavailable.glass", "web.refused.requests"),
)
IN_WELSH, IN_ENGLISH = messages("cy"), messages("en")


def slots(message: Message) -> set[str]:
    return {part.name for form in message.forms for part in form if not isinstance(part, str)}


@pytest.mark.parametrize("message", sorted(IN_WELSH))
def test_a_welsh_text_is_of_an_english_one_and_names_the_same_facts(message: str) -> None:
    assert message in IN_ENGLISH, "an id that nobody says"
    assert slots(IN_WELSH[message]) <= slots(IN_ENGLISH[message]) | {"count"}
    assert slots(IN_ENGLISH[message]) - {"count"} <= slots(IN_WELSH[message])


def test_navigation_banners_and_errors_are_there_in_welsh() -> None:
    faults = [
        f"{kind}.{part}" for _, _, kind in KINDS if kind != "web.clocks_changed" for part in ("title", "sentence")
    ]
    wanted = {*ON_EVERY_PAGE, *faults, *(one.text for one in DESTINATIONS)}
    assert wanted - set(IN_WELSH) == set()


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.po")))
def test_each_file_says_at_its_head_what_a_translator_has_still_to_do(file: str) -> None:
    assert "yfieithydd" in FOLDER.joinpath(file).read_text("utf-8").partition("msgid")[0]
