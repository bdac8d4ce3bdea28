"""The handover as one HTML document that needs nothing beside itself: for a file, an attachment to a log, a printer."""

import re

from watchroom.handover.show import BriefingPage
from watchroom.web.assets import Assets
from watchroom.web.frame import Frame
from watchroom.web.handover_routes import HandoverLinks
from watchroom.web.ports import NodeLike
from watchroom.web.render import Pages

_SHEETS = ("govuk.css", "watchroom.css")
# A document in a file leads nowhere: what the live page links to stays as text. The templates are ours, so the
# form of these elements is known.
_LINKED = re.compile(r'<a ([^>]*?)href="/[^"]*"')
_FETCHED = re.compile(r"<(?:link rel=\"(?:icon|stylesheet)\"[^>]*|script[^>]*></script)>\n?")
_CONTROLS = re.compile(r'<form class="wr-inline wr-noprint".*?</form>\n?', re.DOTALL)
_FACES = re.compile(r"@font-face\s*\{[^}]*\}")


def briefing_html(node: NodeLike, page: BriefingPage) -> str:
    """The handover page as one document: sheets inside, no script, no links, nothing to fetch."""
    assets = Assets()
    phrase = node.words.phrase
    frame = Frame(
        language=node.words.language,
        title=page.title,
        agency=node.agency_name,
        place=page.place,
        classification=phrase("web.classification"),
        example=None if node.environment == "live" else phrase(f"web.example.{node.environment}"),
        purpose=page.purpose,
        links=(),
        others=(),
        session=None,
    )
    links = HandoverLinks(here="", print="", purpose="", at_local="")
    html = Pages(words=node.words, assets=assets).page("handover.html", frame, page=page, links=links)
    sheets = "".join(
        _FACES.sub("", assets.content(assets.address(name).rsplit("/", 1)[1])[0].decode()) for name in _SHEETS
    )
    html = _LINKED.sub(r"<a \1", _CONTROLS.sub("", _FETCHED.sub("", html)))
    return html.replace("</head>", f"<style>{sheets}</style>\n</head>", 1)


def _text(assets: Assets, name: str) -> str:
    content, _ = assets.content(assets.address(name).removeprefix("/static/"))
    return content.decode()
