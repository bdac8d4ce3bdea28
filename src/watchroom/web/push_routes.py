"""The address to which sources push: no session, no form and no page; a secret, and an answer for a program."""

from asyncio import wrap_future
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from anyio import to_thread
from litestar import Response, post
from litestar.enums import MediaType
from litestar.params import FromPath

from watchroom.kernel.secrets import Secret
from watchroom.node.push_settings import LARGEST
from watchroom.web.house import AnyRequest, AtHand

PUSHED_TO = "/in/"
_SCHEME = "bearer "
_RETRY_SECONDS = 5
MINUTE = timedelta(minutes=1)
# What of a request belongs to the message: the attributes of a CloudEvent in binary mode.
_OF_EVENTS = "ce-"


@post("/in/{source:str}", request_max_body_size=LARGEST + 1)
async def push(house: AtHand, request: AnyRequest, source: FromPath[str]) -> Response[Any]:
    """Take what a source sends; answered when it is committed."""
    desk = house.node.pushes
    given = request.headers.get("authorization", "")
    secret = Secret(given[len(_SCHEME) :].strip() if given.lower().startswith(_SCHEME) else "")
    known = await to_thread.run_sync(desk.admits, source, secret)
    if known is None:
        return _answer(401, {"error": "not_admitted"}, {"www-authenticate": "Bearer"})
    if not house.pushes.allows(known.name, house.node.machine_clock.now()):
        return _answer(429, {"error": "too_often"}, {"retry-after": f"{_RETRY_SECONDS}"})
    content = await _body(request, at_most=desk.settings.bytes_at_most)
    if content is None:
        return _answer(413, {"error": "too_large", "bytes_at_most": desk.settings.bytes_at_most})
    headers = {name: value for name, value in request.headers.items() if name.startswith(_OF_EVENTS)}
    media_type = request.headers.get("content-type", "")
    told = await wrap_future(desk.receive(known, content, media_type=media_type, headers=headers))
    return _answer(told.status, told.document, {"retry-after": f"{_RETRY_SECONDS}"} if told.status == 503 else {})


async def _body(request: AnyRequest, *, at_most: int) -> bytes | None:
    """The body; None: it is larger, which is known before it is there."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > at_most:
        return None
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > at_most:
            return None
    return bytes(content)


def _answer(status: int, document: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response[Any]:
    return Response(dict(document), status_code=status, media_type=MediaType.JSON, headers=dict(headers or {}))
