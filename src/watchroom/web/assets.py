"""The files that pages are made with: fonts, sheets, script, mark. All local, named by their content."""

import json
from importlib.resources import files
from mimetypes import guess_type

from watchroom.kernel.errors import NotFoundError

FOLDER = files("watchroom.web").joinpath("static")


class Assets:
    """The assets by name; read once, served from memory."""

    def __init__(self) -> None:
        self._names: dict[str, str] = json.loads(FOLDER.joinpath("manifest.json").read_text("utf-8"))
        self._content = {name: FOLDER.joinpath(name).read_bytes() for name in self._names.values()}

    def address(self, name: str) -> str:
        """Where a page finds the asset that the sources call `name`."""
        return f"/static/{self._names[name]}"

    def content(self, hashed_name: str) -> tuple[bytes, str]:
        """The bytes and the media type of an asset.

        Raises:
            NotFoundError: there is no such asset.
        """
        try:
            content = self._content[hashed_name]
        except KeyError:
            raise NotFoundError("no such asset; reload the page") from None
        return content, guess_type(hashed_name)[0] or "application/octet-stream"
