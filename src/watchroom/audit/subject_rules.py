"""What an officer is proposed to tell a person of one entry that names them. Pure; a proposal releases nothing.

The law is Data Protection Act 2018, s.45: a person may know who was given their data, and (4) lets that be restricted
as far and as long as it is necessary and proportionate. Which entry meets this is for the officer and their counsel to
say; the rules below only put first what is plainly ordinary and hold back the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from watchroom.model.text import Text


class Verdict(StrEnum):
    """What becomes of one entry in the answer to a person."""

    RELEASED = "released"
    WITHHELD = "withheld"
    NEITHER = "neither"


class Ground(StrEnum):
    """Why not: the letters of s.45(4) in their order."""

    INQUIRY = "inquiry"
    CRIME = "crime"
    PUBLIC_SECURITY = "public_security"
    NATIONAL_SECURITY = "national_security"
    RIGHTS_OF_OTHERS = "rights_of_others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an officer is proposed to decide, and why.

    Attributes:
        verdict: proposed.
        ground: proposed; None where it is to be released.
        reason: in words, for the officer.
    """

    verdict: Verdict
    ground: Ground | None
    reason: Text


# Looks for these purposes are what anybody in custody expects; every other one waits for an officer's own judgement.
_ORDINARY = (
    "custody.care",
    "custody.safety",
    "care.suicide-prevention",
    "operations.incident-response",
    "operations.event-planning",
    "oversight.board",
    "quality.data",
    "analysis.demand",
)
# Saying "withheld" would itself tell that there is an inquiry.
_INQUIRIES = ("investigation.", "police.")
_SAFEGUARDING = ("safeguarding.", "victim.")
# Where intelligence and what others said stand in the record; the log does not say which row it was.
_MAY_HOLD_INTELLIGENCE = frozenset(
    {"alert", "case_note", "cell_sharing_risk", "incident_report", "incident_participant", "non_association"}
)


def proposed(header: Mapping[str, Any]) -> Proposal:
    """The proposal for an entry, from its header alone: what is not known to be ordinary is held back."""
    purpose, entity = header.get("purpose"), header.get("entity")
    match purpose:
        case str() if purpose.startswith(_SAFEGUARDING):
            return _held(Verdict.WITHHELD, Ground.RIGHTS_OF_OTHERS, "safeguarding")
        case str() if purpose.startswith(_INQUIRIES):
            return _held(Verdict.NEITHER, Ground.INQUIRY, "inquiry")
        case "governance.audit":
            if entity == "subject_access":
                return _released("own_request")
            return _held(Verdict.NEITHER, Ground.INQUIRY, "looked_into")
        case str() if entity in _MAY_HOLD_INTELLIGENCE:
            return _held(Verdict.WITHHELD, Ground.CRIME, "intelligence")
        case str() if purpose in _ORDINARY:
            return _released("nothing_given" if _gave_nothing(header) else "ordinary")
        case _:
            return _held(Verdict.WITHHELD, Ground.RIGHTS_OF_OTHERS, "not_ordinary")


def needs_second(proposal: Proposal, verdict: Verdict) -> bool:
    """Whether a second officer has to decide the same: what a rule holds back is not told on one person's word."""
    return verdict is Verdict.RELEASED and proposal.verdict is not Verdict.RELEASED


def undecided(entries: Iterable[int], verdicts: Iterable[int]) -> tuple[int, ...]:
    """The entries without a verdict, in order: while there are any, nothing is released."""
    decided = set(verdicts)
    return tuple(sorted(index for index in set(entries) if index not in decided))


def _gave_nothing(header: Mapping[str, Any]) -> bool:
    return header.get("act") == "refuse" or header.get("outcome") is not None


def _released(why: str) -> Proposal:
    return Proposal(verdict=Verdict.RELEASED, ground=None, reason=Text(f"subject.reason.{why}"))


def _held(verdict: Verdict, ground: Ground, why: str) -> Proposal:
    return Proposal(verdict=verdict, ground=ground, reason=Text(f"subject.reason.{why}"))
