"""Templates: each receives the frame of the page and one dataclass; every value is escaped."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.web.assets import Assets
from watchroom.web.frame import Frame
from watchroom.web.languages import PlainAttributes, in_its_language


class Pages:
    """Renders the templates of this room in the words of one node."""

    def __init__(self, *, words: Words, assets: Assets) -> None:
        self._environment = Environment(
            loader=PackageLoader("watchroom.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=in_its_language,
            extensions=[PlainAttributes],
        )

        def say(message: str, **params: Any) -> str:
            return words.say(Text(message, params))

        self._environment.filters["unmarked"] = str
        self._environment.globals.update(say=say, asset=assets.address)  # pyright: ignore[reportCallIssue,reportArgumentType]

    def page(self, template: str, frame: Frame, **content: object) -> str:
        """The HTML of one page."""
        return self._environment.get_template(template).render(frame=frame, **content)

    def pieces(self, template: str, frame: Frame, **content: object) -> Iterator[str]:
        """The same, piece by piece, as the values that the template goes through become known."""
        return self._environment.get_template(template).generate(frame=frame, **content)


@lru_cache(maxsize=4)
def pages_in(words: Words) -> Pages:
    """The templates in those words: to compile them takes longer than to fill them, and all who use them may share."""
    return Pages(words=words, assets=Assets())
