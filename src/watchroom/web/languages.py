"""Marks on a page what stands in another language than most of it does: WCAG 2.2, 3.1.1 and 3.1.2.

A page says of itself the language of most of its words; whatever value is in another one stands in a `span` that says
which. Where there can be no `span`, as in an attribute, words are left as they are.
"""

import re

from jinja2.ext import Extension
from markupsafe import Markup

from watchroom.model.words import Foreign

_PIECE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{(?P<value>.*?)\}\}|<(?P<tag>/?[a-z][a-z0-9]*)|>", re.S)
# Elements that hold text alone.
_TEXT_ALONE = frozenset({"title", "option", "textarea"})


def in_its_language(value: object) -> object:
    """A value of a template: in a `span` with its language where that is not the page's."""
    if isinstance(value, Foreign):
        return Markup('<span lang="{}">{}</span>').format(value.language, str(value))
    return value


class PlainAttributes(Extension):
    """Takes the mark from each value of a template that stands within a tag or in an element that holds text alone."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with those values plain."""
        del name, filename
        tag, holder = "", ""

        def plain(found: re.Match[str]) -> str:
            nonlocal tag, holder
            if found["tag"]:
                tag = found["tag"]
            elif found[0] == ">" and tag:
                holder = tag if tag in _TEXT_ALONE else ""
                tag = ""
            elif found["value"] is not None and (tag or holder):
                return "{{ (" + found["value"] + ")|unmarked }}"
            return found[0]

        return _PIECE.sub(plain, source)
