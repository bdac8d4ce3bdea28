"""Where a node's pages listen, with what certificate, and when that is refused."""

import errno
import ipaddress
import os
import ssl
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket

from watchroom.kernel.errors import UsageError
from watchroom.node.settings import PageSettings

LOOPBACK = "127.0.0.1"


class ListeningError(UsageError):
    """The pages cannot be served there, or not like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen.

    Attributes:
        address: an address of this machine, IPv4 or IPv6.
        port: 0: any that is free.
        certificate, key: files in PEM, both or neither; with them the pages are served over TLS.
    """

    address: str = LOOPBACK
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        """http or https."""
        return "http" if self.certificate is None else "https"

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return _address(self.address).is_loopback

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        host = "localhost" if self.is_local else f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{host}:{self.port}/"

    def tls(self) -> ssl.SSLContext | None:
        """What serves TLS with the certificate; None without one.

        Raises:
            ListeningError: certificate or key is missing, within reach of others, or they do not fit together.
        """
        if self.certificate is None or self.key is None:
            return None
        for file in (self.certificate, self.key):
            if not file.is_file():
                raise ListeningError(f"there is no file `{file}`; name certificate and key as files in PEM")
        if self.key.stat().st_mode & stat.S_IRWXO:
            raise ListeningError(
                f"`{self.key}` is within reach of everybody on this machine; run `chmod o= {self.key}`"
            )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            # An empty passphrase: without it OpenSSL would ask at the terminal for one.
            context.load_cert_chain(self.certificate, self.key, password="")
        except PermissionError as fault:
            raise ListeningError(f"`{fault.filename}` cannot be read by this user; give it the right to") from None
        except (ssl.SSLError, OSError):
            raise ListeningError(
                f"`{self.certificate}` and `{self.key}` are no certificate and key in PEM that fit together;"
                " a key with a passphrase is not taken"
            ) from None
        return context


def require_safe(listening: Listening, pages: PageSettings) -> None:
    """Nothing, unless passwords would travel in the clear, or half of a certificate was given.

    Raises:
        ListeningError: see above; or the address is none.
    """
    if (listening.certificate is None) != (listening.key is None):
        raise ListeningError("a certificate goes with its key: give both, `--certificate FILE --key FILE`")
    if listening.is_local or listening.certificate is not None or pages.trusted_proxy is not None:
        return
    raise ListeningError(
        f"`{listening.address}` can be reached from other machines, and without TLS passwords would travel in the"
        " clear: give `--certificate FILE --key FILE`, or name the TLS proxy in front as `trusted_proxy` in [pages]"
        " of watchroom.toml"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A port that is taken, and where it is."""

    listening: Listening
    socket: socket


@contextmanager
def bound(listening: Listening) -> Generator[Door]:
    """The port, taken for as long as this is open; nobody is answered before something listens on it.

    Raises:
        ListeningError: the port is taken, or not this user's to take, or the address is not this machine's.
    """
    family = AF_INET6 if _address(listening.address).version == 6 else AF_INET
    with socket(family) as door:
        door.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            door.bind((listening.address, listening.port))
            # Bound alone, a port can be bound by another too; only listening takes it.
            door.listen()
        except OSError as fault:
            raise ListeningError(_why(listening, fault)) from None
        yield Door(listening=replace(listening, port=door.getsockname()[1]), socket=door)


def _why(listening: Listening, fault: OSError) -> str:
    where = f"port {listening.port} of `{listening.address}`"
    if fault.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program; end that, or choose another port with `--port`"
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"{where} is not this user's to take; choose one from 1024 on with `--port`"
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"`{listening.address}` is no address of this machine; name one that is with `--host`"
    return f"{where} cannot be listened on: {os.strerror(fault.errno or 0)}"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise ListeningError(f"`{text}` is no address such as 127.0.0.1 or ::1; name one with `--host`") from None
