"""Texts of agreements for tests: a sound one, and what is put in the place of its lines."""

import re
from collections.abc import Callable
from typing import Final

import pytest

from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import load_agreement, read_agreement
from watchroom.policy.clauses import Agreement
from watchroom.policy.errors import AgreementError

# A problem begins in lower case or with what it names, and does not end in a capital; what it lists are plain names.
_SENTENCE: Final = re.compile(r"[a-z`](?!.*\bNone\b).*(?:[^A-Z]|JSON)", re.DOTALL)
_LISTED: Final = re.compile(r"; there are ([^;]*)$")
_NAME: Final = re.compile(r"[a-z][a-z0-9_.-]*")

SOUND = """\
agreement: DSA-1
version: 2
title: Alerts for the nurses of the trust
provider: {org: prison, controller: Prison Service, contact: dpo@prison.example}
recipients:
  - {org: trust, roles: [nurse, general_practitioner], clearance: OFFICIAL-SENSITIVE}
purposes: [custody.care, care.suicide-prevention]
law: {provider_regime: uk-gdpr, basis: Art 6, gateway: duty of care}
clauses:
  - clause: 1
    entity: alert
    roles: [nurse]
    allow: [read, list]
    fields: [person_id, kind_code, active_from]
    masks: {active_from: month}
    where: kind_code in ('HA', 'HA1') and active_to is null
    subject: at_my_site
exclude:
  - {where: is_restricted, reason: ask}
max_classification: OFFICIAL-SENSITIVE
obligations: [record-disclosure, apply-corrections-within PT15M]
retention: {keep: P90D, after: active_to, at_end: erase}
valid: {from: 2026-01-01, to: 2026-12-31, review_by: 2026-06-30}
break_glass:
  roles: [general_practitioner]
  adds: {entity: alert, fields: [comment], where: "kind_code = 'HA'"}
  needs: [reason, incident]
  lasts: PT4H
  review_within: PT72H
  tell: [provider-dpo, caldicott-guardian]
signed_by:
  - {org: prison, name: Governor, key: prison-2026}
  - {org: trust, name: Caldicott Guardian}
"""


def loaded(text: str = SOUND) -> Agreement:
    """The agreement, as a node takes it."""
    return load_agreement(text, where="a.yaml", model=catalogue())


def read(text: str = SOUND) -> Agreement:
    """The agreement, as it is shown and compared."""
    return read_agreement(text, where="a.yaml", model=catalogue())


def changed(*swaps: tuple[str, str], text: str = SOUND) -> str:
    """The text with some of its words changed; each must stand in it."""
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


def line_of(words: str, *, text: str = SOUND) -> int:
    """The line on which some words stand, from 1."""
    return text[: text.index(words)].count("\n") + 1


def told_plainly(fault: AgreementError, *, says: str, line: int | None, where: str = "a.yaml") -> None:
    """Hold an error to what all of them owe: the file, the line, and a sentence for whoever wrote the text.

    Args:
        fault: that was raised.
        says: words that stand in it.
        line: from 1; None: it depends on the parser, and is a line at least.
        where: name of the file.
    """
    assert says in fault.problem, fault.problem
    assert fault.where == where
    assert fault.line == line if line is not None else fault.line >= 1, fault
    assert str(fault) == f"{where}, line {fault.line}: {fault.problem}"
    assert _SENTENCE.fullmatch(fault.problem), fault.problem
    listed = _LISTED.search(fault.problem)
    assert listed is None or all(_NAME.fullmatch(name) for name in listed[1].split(", ")), fault.problem


def refused(
    text: str, *, says: str, line: int | None, take: Callable[[str], object] = loaded, where: str = "a.yaml"
) -> AgreementError:
    """The error by which `take` refuses the text, held to `told_plainly`."""
    with pytest.raises(AgreementError) as caught:
        take(text)
    told_plainly(caught.value, says=says, line=line, where=where)
    return caught.value
