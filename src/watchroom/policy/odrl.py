"""Agreements out to ODRL 2.2 (JSON-LD) and in again, so that nothing is lost or added on the way.

What comes in is turned into a document, read by the strict loader, and written out again: unless that gives the very
same policy, term by term, it is refused. Contexts that silently drop a term are a known fault of JSON-LD exchanges.
"""

import json
from datetime import date
from io import StringIO
from typing import Any, Final, NoReturn, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from watchroom.model.catalogue import Catalogue
from watchroom.policy.agreement import read_agreement
from watchroom.policy.canonical import canonical, digest_of
from watchroom.policy.errors import AgreementError
from watchroom.policy.form import MAX_BYTES, Form
from watchroom.policy.odrl_form import PROFILE, Plain, as_odrl, from_odrl

_WIDE: Final = 4096


def export_odrl(text: str, *, where: str, model: Catalogue) -> str:
    """The ODRL policy, as canonical JSON-LD, of the agreement that a YAML text holds.

    Raises:
        AgreementError: the text is no sound agreement, with the line.
    """
    digest = read_agreement(text, where=where, model=model).digest
    document = json.loads(canonical(Form.document(text, where=where).content()))
    return canonical(as_odrl(document, digest=digest))


def import_odrl(text: str, *, where: str, model: Catalogue) -> str:
    """The agreement, as YAML, of an ODRL policy that `export_odrl` wrote; its digest is the same.

    Raises:
        AgreementError: it is no such policy, or a term was dropped, added or changed.
    """
    policy = _policy(text, where=where)
    try:
        document = _with_days(from_odrl(policy))
        written = StringIO()
        _writer().dump(document, written)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, YAMLError):
        raise AgreementError("the policy has not the shape of the profile", where=where, line=1) from None
    found = written.getvalue()
    again = json.loads(export_odrl(found, where=f"{where}, as YAML", model=model))
    if digest_of(again) != digest_of(policy):
        raise AgreementError(f"{_first_difference(policy, again)}; export it anew", where=where, line=1)
    return found


def _policy(text: str, *, where: str) -> Plain:
    if len(text) > MAX_BYTES:
        raise AgreementError(f"the file is larger than {MAX_BYTES} bytes", where=where, line=1)
    try:
        text.encode()
        policy: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        canonical(policy).encode()
    except json.JSONDecodeError as fault:
        raise AgreementError("it is not valid JSON", where=where, line=fault.lineno) from None
    except (ValueError, RecursionError):
        raise AgreementError("it is not valid JSON or names a key twice", where=where, line=1) from None
    if not isinstance(policy, dict) or cast(Plain, policy).get("profile") != PROFILE:
        raise AgreementError(f"it is no policy of the profile `{PROFILE}`", where=where, line=1)
    return cast(Plain, policy)


def _once(pairs: list[tuple[str, Any]]) -> Plain:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError("no number")


def _with_days(document: Plain) -> Plain:
    """The document with the days of its validity as dates, which YAML tells from texts."""
    valid: Plain = document.get("valid", {})
    return document | {"valid": {name: date.fromisoformat(day) for name, day in valid.items()}}


def _writer() -> YAML:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = _WIDE
    return writer


def _first_difference(policy: Plain, again: Plain) -> str:
    """Which term was dropped, added or changed, by its name and never by its value."""
    differing = [
        name
        for name in sorted(policy.keys() | again.keys())
        if name not in policy or name not in again or digest_of(policy[name]) != digest_of(again[name])
    ]
    return f"in term `{differing[0]}` something was dropped, added or changed"
