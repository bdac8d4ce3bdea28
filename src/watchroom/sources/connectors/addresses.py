"""Addresses of sources that are asked over HTTP, and what can be said of how."""

from urllib.parse import SplitResult, parse_qsl, urlsplit

from watchroom.kernel.errors import UsageError
from watchroom.sources.connectors.contract import Option

# Plain HTTP is spoken to this machine only.
_LOCAL = ("localhost", "127.0.0.1", "::1")

# Of which a test has shown that all tables are read as of one instant, and whose certificates are held against ours.
_DATABASES = ("postgresql", "sqlite")

TABLE = "{table}"

DEADLINE = Option(default="3600", told="seconds after which a fetch that is not done is given up", is_number=True)

HTTP_OPTIONS = {
    "auth": Option(
        default="bearer", told="how the secret is shown: `bearer`, `basic` (the secret is USER:PASSWORD), `header:NAME`"
    ),
    "ca": Option(
        default="", told="file with the certificates (PEM) that the source's own is held against; else public ones"
    ),
    "most": Option(default="1073741824", told="bytes that one fetch may bring", is_number=True),
    "deadline": DEADLINE,
}


def is_local(host: str | None) -> bool:
    """Whether a host is this machine: what is said to it passes no network."""
    return not host or host in _LOCAL or host.startswith("/")


def require_database(location: str) -> None:
    """Nothing, unless a location is no address of a database that can be asked safely.

    Raises:
        UsageError: it is not; the message never holds the address, for a password may stand in it.
    """
    try:
        parts = urlsplit(location)
        given = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        raise UsageError("the address cannot be read; give one such as postgresql://user@host:5432/name") from None
    if not parts.scheme or "://" not in location:
        raise UsageError("give an address such as postgresql://user@host:5432/name")
    if parts.password is not None or "password" in parts.query.lower() or "passfile" in parts.query.lower():
        raise UsageError("an address must not hold a password; give it with --secret-file")
    if parts.scheme not in _DATABASES:
        known = " or ".join(f"`{one}://`" for one in _DATABASES)
        raise UsageError(f"databases of that kind are not asked yet; an address begins with {known}")
    _require_no_detour(given if parts.scheme == "postgresql" else [], parts)


def _require_no_detour(given: list[tuple[str, str]], parts: SplitResult) -> None:
    """Nothing, unless an address could lead to another host than the one that it names, or past its certificate."""
    names = [name for name, _ in given]
    if parts.fragment or (parts.query and not given) or len(names) != len(set(names)) or set(names) - {"host", "port"}:
        raise UsageError(
            "only `host` and `port` may follow the `?` of a PostgreSQL address, and nothing that of another"
        )
    host = dict(given).get("host")
    if host is not None and (parts.hostname or not host.startswith("/") or "," in host):
        raise UsageError("a `host` after the `?` of an address is the folder of a socket, and then no other is named")
    if parts.scheme == "postgresql" and not (host or parts.hostname):
        raise UsageError("name the host of the database, such as postgresql://user@host:5432/name")
    if parts.scheme == "sqlite" and (parts.netloc or not parts.path.startswith("//") or len(parts.path) < len("//x")):
        # A path that is not whole would be another file for whoever runs it from elsewhere.
        raise UsageError("name the file of the database by its whole path, with four slashes: sqlite:////folder/file")


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
