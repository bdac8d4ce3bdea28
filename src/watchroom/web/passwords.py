"""A password that is typed on a page: tried as often as a sign-in may be, whatever page asks for it."""

from enum import Enum

from watchroom.gate.askers import Asker
from watchroom.web.house import AnyRequest, House


class NotOpened(Enum):
    """Why account and password open nothing."""

    TOO_OFTEN = "too_often"
    REFUSED = "refused"


def person_behind(house: House, request: AnyRequest, *, account: str, password: str) -> Asker | NotOpened:
    """The person of an account, by their password.

    Tries count by address and account together, and by address alone: a colleague at another desk cannot be kept out
    by somebody who types their name.
    """
    address = request.client.host if request.client else ""
    at = house.node.machine_clock.now()
    if not (house.tries_of_address.allows(address, at) and house.tries.allows(f"{address} {account}", at)):
        return NotOpened.TOO_OFTEN
    checked = house.node.accounts.check(account, password)
    if checked is None:
        return NotOpened.REFUSED
    house.tries.forget(f"{address} {account}")
    return checked
