"""What is agreed between people beside the clauses: law, promises, how long data is kept, who signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from watchroom.policy.periods import Period

REGIMES: tuple[str, ...] = ("uk-gdpr", "dpa2018-part3", "mixed", "not-personal-data")

# What a recipient promises, and whether the promise names a time. The words of people: messages `obligation.*`.
OBLIGATIONS: Mapping[str, bool] = {
    "record-disclosure": False,
    "no-onward-sharing": False,
    "apply-corrections-within": True,
    "tell-provider-on-clinical-escalation": False,
    "no-download": False,
    "read-only-in-room": False,
    "show-source": False,
    "show-age": False,
}

# Written in place of a period by an agency that keeps its own record.
AS_THE_RECORD = "as the record itself"


class AtEnd(StrEnum):
    """What a recipient does when the time is over."""

    ERASE = "erase"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """On what legal ground the provider gives. The texts are the parties' own; nothing here checks them.

    Attributes:
        regime: one of REGIMES, for every clause that names none of its own.
        basis: lawful basis.
        condition: for special categories or sensitive processing.
        gateway: the power or duty to share.
        dpia, policy_document: references of the impact assessment and of the appropriate policy document.
    """

    regime: str
    basis: str
    condition: str | None = None
    gateway: str | None = None
    dpia: str | None = None
    policy_document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One promise of every recipient; `within` is its time, where it names one."""

    name: str
    within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long a recipient keeps what was given.

    Attributes:
        keep: None: as the record itself.
        after: date or instant of a record from which `keep` runs; None: from receipt.
        at_end: what is done then; None: not said.
        unless: the parties' own words for an exception.
        minutes: how long minutes of a meeting are kept.
    """

    keep: Period | None = None
    after: str | None = None
    at_end: AtEnd | None = None
    unless: str | None = None
    minutes: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signs: an office, not a person; `key` names the key that is used."""

    organisation: str
    name: str
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an agreement says beside its clauses.

    Attributes:
        controller, contact: of the provider.
        law, retention, obligations, signatories: as agreed.
    """

    controller: str
    contact: str
    law: Law
    retention: Retention
    obligations: tuple[Obligation, ...] = ()
    signatories: tuple[Signatory, ...] = ()


# Of an agreement that was not read from a text.
NO_TERMS = Terms(controller="", contact="", law=Law(regime="mixed", basis=""), retention=Retention())
