"""What stands in the address of a page, or in a form of it, and names something."""

from uuid import UUID

from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import id_in


def known_id(text: str) -> UUID:
    """The identifier that stands in an address or a form.

    Raises:
        NotFoundError: it is none, so nobody and nothing is there.
    """
    found = id_in(text)
    if found is None:
        raise NotFoundError("nobody and nothing is at this address; go back to the list")
    return found
