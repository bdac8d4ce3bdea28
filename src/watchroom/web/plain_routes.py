"""What needs no sign-in: the assets, and whether the server is there."""

from litestar import Response, get
from litestar.params import FromPath

from watchroom.web.house import AtHand

FOR_EVER = "public, max-age=31536000, immutable"


@get("/static/{name:str}", sync_to_thread=False)
def asset(house: AtHand, name: FromPath[str]) -> Response[bytes]:
    """One asset; its name is made from its content, so a browser may keep it for ever."""
    content, media_type = house.assets.content(name)
    return Response(content, media_type=media_type, headers={"cache-control": FOR_EVER})


@get("/health", sync_to_thread=False)
def health() -> dict[str, str]:
    """That the server answers; nothing about the node or about anybody."""
    return {"status": "ok"}
