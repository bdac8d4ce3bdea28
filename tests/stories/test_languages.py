"""A page in Welsh says in which language each part of it is: most of it is not translated yet."""

import re
from html.parser import HTMLParser

import pytest
from web_seat import get, seat_at

from watchroom.model.message_files import messages
from watchroom.model.words import Foreign, Words
from watchroom.node.node import Node
from watchroom.web.languages import PlainAttributes


class Parts(HTMLParser):
    """The texts of a page by the language that is said of them, and its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.attributes: list[str] = []
        self._languages: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [value or "" for _, value in attrs]
        if language := dict(attrs).get("lang"):
            self._languages.append((tag, language))
        elif tag == "span":
            self._languages.append((tag, self._languages[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._languages.pop()

    def handle_data(self, data: str) -> None:
        if self._languages and data.strip():
            self.texts.append((self._languages[-1][1], data.strip()))


@pytest.mark.parametrize("path", ["/my-work", "/rooms", "/break-glass", "/agreements", "/log", "/subject-access"])
def test_a_page_of_two_languages_says_which_part_is_in_which(node: Node, path: str) -> None:
    seat, english = seat_at(node), node.words
    try:
        node.words = Words(language="cy", jurisdiction=node.jurisdiction, zone=node.jurisdiction.zone)
        with seat.client() as client:
            seat.sign_in(client, "records")
            page = get(client, path).text
    finally:
        node.words = english
    parts = Parts()
    parts.feed(page)
    assert '<html lang="en"' in page, "most of it"
    assert ("cy", "".join(map(str, messages("cy")["web.sign_out"].forms[0]))) in parts.texts
    assert {language for language, _ in parts.texts} == {"en", "cy"}
    assert not [one for one in parts.attributes if "<span" in one]
    assert not re.search(r"<(title|option|textarea)[^>]*>[^<]*(<span|&lt;span)", page)


def test_a_page_in_english_is_marked_nowhere(node: Node) -> None:
    assert not isinstance(Words().phrase("web.sign_out"), Foreign)
    assert isinstance(Words(language="cy").phrase("web.sign_out"), Foreign)
    seat = seat_at(node)
    with seat.client() as client:
        seat.sign_in(client, "records")
        assert "<span lang=" not in get(client, "/rooms").text


def test_a_value_within_a_tag_or_in_text_alone_is_plain() -> None:
    source = '<a title="{{ a }}"{% if b > c %} id="{{ d }}"{% endif %}>{{ e }}</a><option>{{ f }}</option>{{ g }}'
    made = PlainAttributes.preprocess(None, source, None)  # type: ignore[arg-type]
    assert re.findall(r"\{\{ \( (\w) \)\|unmarked \}\}", made) == ["a", "d", "f"]
