"""The handover as one HTML document that needs nothing beside itself: for a file, an attachment to a log, a printer."""

import re
from datetime import datetime
from functools import cache

from markupsafe import Markup

from watchroom.handover.past import past_notice
from watchroom.handover.show import BriefingPage
from watchroom.web.assets import Assets
from watchroom.web.frame import Frame
from watchroom.web.ports import NodeLike
from watchroom.web.render import pages_in

_SHEETS = ("govuk.css", "watchroom.css")
_FACES = re.compile(r"@font-face\s*\{[^}]*\}")


def briefing_html(node: NodeLike, page: BriefingPage) -> str:
    """The handover page as one document: the sheets inside, no script, no link out of it, nothing to fetch."""
    phrase = node.words.phrase
    frame = Frame(
        language=node.words.page_language,
        title=page.title,
        agency=page.agency,
        place=page.place,
        classification=page.classification,
        example=None if node.environment == "live" else phrase(f"web.example.{node.environment}"),
        purpose=page.purpose,
        links=(),
        governance=(),
        others=(),
        session=None,
    )
    pages, sheet = pages_in(node.words), _sheet()
    past = past_notice(datetime.fromisoformat(page.at), now=node.clock.now(), words=node.words)
    return pages.page("handover.html", frame, page=page, links=None, past=past, layout="standalone.html", sheet=sheet)


@cache
def _sheet() -> Markup:
    """Our sheets without the faces, which would have to be fetched; they are files of this package."""
    assets = Assets()
    texts = (assets.content(assets.address(name).rpartition("/")[2])[0].decode() for name in _SHEETS)
    return Markup(_FACES.sub("", "".join(texts)))  # noqa: S704
