"""Texts of agreements for tests: a sound one, and what is put in the place of its lines."""

from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import load_agreement, read_agreement
from watchroom.policy.clauses import Agreement

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
