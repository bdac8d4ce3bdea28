"""Addresses of sources that are asked over HTTP, and what can be said of how."""

from urllib.parse import urlsplit

from watchroom.kernel.errors import UsageError
from watchroom.sources.connectors.contract import Option

# Plain HTTP is spoken to this machine only.
_LOCAL = ("localhost", "127.0.0.1", "::1")

TABLE = "{table}"

HTTP_OPTIONS = {
    "auth": Option(
        default="bearer", told="how the secret is shown: `bearer`, `basic` (the secret is USER:PASSWORD), `header:NAME`"
    ),
    "ca": Option(
        default="", told="file with the certificates (PEM) that the source's own is held against; else public ones"
    ),
    "most": Option(default="1073741824", told="bytes that one fetch may bring", is_number=True),
}


def is_local(host: str | None) -> bool:
    """Whether a host is this machine: what is said to it passes no network."""
    return not host or host in _LOCAL or host.startswith("/")


def require_database(location: str) -> None:
    """Nothing, unless a location is no address of a database.

    Raises:
        UsageError: it is not; the message never holds the address, for a password may stand in it.
    """
    try:
        parts = urlsplit(location)
    except ValueError:
        raise UsageError("the address cannot be read; give one such as postgresql://user@host:5432/name") from None
    if not parts.scheme or "://" not in location:
        raise UsageError("give an address such as postgresql://user@host:5432/name")
    if parts.password is not None or "password" in parts.query.lower() or "passfile" in parts.query.lower():
        raise UsageError("an address must not hold a password; give it with --secret-file")


def require_address(location: str) -> None:
    """Nothing, unless a location is no address that may be asked.

    Raises:
        UsageError: it is not; the message never holds the address, for a secret may stand in it.
    """
    try:
        parts = urlsplit(location)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UsageError("the address cannot be read; give one such as https://host/path") from None
    if parts.scheme not in ("https", "http") or not host:
        raise UsageError("give an address such as https://host/path")
    if parts.username is not None or parts.password is not None:
        raise UsageError("an address must not hold a name or password; give them with --secret-file")
    if parts.scheme == "http" and not is_local(host):
        raise UsageError("what a source gives is not fetched over plain HTTP; give its https:// address")
    if parts.fragment:
        raise UsageError("an address to fetch from has no part after `#`; leave it off")


def require_rest(location: str) -> None:
    """Nothing, unless a location is no address of such an interface; see `require_address`."""
    require_address(location.replace(TABLE, "table"))
    if "{" in location.replace(TABLE, ""):
        raise UsageError(f"only `{TABLE}` may stand in braces in an address; it stands for the name of each table")
