"""The sign-in cookie and the tokens that forms carry.

The cookie holds an opaque session token, is out of reach of scripts and never leaves with a request that
another site started. Over TLS its name has the prefix `__Host-`, which ties it to this host and to TLS. On
plain localhost browsers refuse that prefix, so the name is plain there: another program on the same machine
could then set or, on a shared port space, see it. That is why plain HTTP is served to this machine only.
"""

import hmac
import secrets

from litestar.datastructures import Cookie

from watchroom.gate.sessions import form_token

PLAIN_NAME = "watchroom"
TOKEN_BYTES = 32


def cookie_name(*, tls: bool) -> str:
    """The name of the session cookie."""
    return f"__Host-{PLAIN_NAME}" if tls else PLAIN_NAME


def visit_name(*, tls: bool) -> str:
    """The name of the cookie that ties the sign-in form to a browser before there is a session."""
    return f"__Host-{PLAIN_NAME}-visit" if tls else f"{PLAIN_NAME}-visit"


def set_cookie(name: str, value: str, *, tls: bool) -> Cookie:
    """A cookie that lasts until the browser closes; how long it counts is the server's matter."""
    return Cookie(key=name, value=value, path="/", httponly=True, secure=tls, samesite="strict")


def clear_cookie(name: str, *, tls: bool) -> Cookie:
    """The same cookie, taken away."""
    return Cookie(key=name, value="", path="/", httponly=True, secure=tls, samesite="strict", max_age=0)


def new_visit() -> str:
    """A fresh value for the cookie of `visit_name`."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_form_token(given: object, secret: str) -> bool:
    """Whether a form came from a page that we gave to the browser with this cookie; a file or a list is no token."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(), form_token(secret).encode())


def safe_path(path: str | None) -> str:
    """A path on this host to go on to; anything else becomes the start page.

    >>> safe_path("/handover/LEI-A?purpose=custody.safety"), safe_path("//elsewhere.example/"), safe_path(None)
    ('/handover/LEI-A?purpose=custody.safety', '/', '/')
    """
    if path is None or not path.startswith("/") or path.startswith("//"):
        return "/"
    if "\\" in path or not path.isprintable() or len(path) > 500:
        return "/"
    return path
