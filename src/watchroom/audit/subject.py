"""The answer to a person who asks who has looked at them: a draft for an officer, and what the officer released.

Staff are roles, never names. Others who stand in the same entry are a number, never ids. What an entry says in its
detail is not shown: it may be about somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from watchroom.audit.read import Concerning, Recorded
from watchroom.audit.subject_rules import Proposal, Verdict, needs_second, proposed, undecided
from watchroom.audit.verdicts import Decided, Standing
from watchroom.model.text import Text
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry that concerns the person, as far as an officer sees it in the draft.

    Attributes:
        recorded: the entry.
        others: how many other people it names.
        proposal: what is proposed.
        standing: the verdict in force, with who decided and when; None while there is none.
    """

    recorded: Recorded
    others: int
    proposal: Proposal
    standing: Standing | None

    @property
    def decided(self) -> Decided | None:
        """The verdict in force."""
        return None if self.standing is None else self.standing.decided

    @property
    def awaits_second(self) -> bool:
        """Whether it is to be released against what is proposed, and only one officer has said so."""
        return (
            self.standing is not None
            and needs_second(self.proposal, self.standing.decided.verdict)
            and not self.standing.is_seconded
        )

    def told(self, words: Words) -> dict[str, object]:
        """What the person is told of it when it is released: when, by which role, of whom, what and what for."""
        header = self.recorded.header
        purpose, entity = header.get("purpose"), header.get("entity")
        roles = [words.phrase(f"role.{role}") for role in str(header.get("role") or "").split("+") if role]
        return {
            "at": self.recorded.at.isoformat(),
            "act": words.phrase(f"subject.act.{self.recorded.act}"),
            "by": ", ".join(roles) or words.phrase("subject.by.no_role"),
            "organisation": header.get("organisation"),
            "purpose": None if purpose is None else words.phrase(f"purpose.{purpose}"),
            "about": entity,
        }

    def as_json(self, words: Words) -> dict[str, object]:
        """The line of the draft."""
        decided = self.decided
        return {
            "index": self.recorded.index,
            **self.told(words),
            "others": self.others,
            "proposed": self.proposal.verdict.value,
            "ground": None if self.proposal.ground is None else self.proposal.ground.value,
            "reason": words.say(self.proposal.reason),
            "verdict": None if decided is None else decided.verdict.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an officer works from. It releases nothing.

    Attributes:
        person_id: who asked.
        upto: entries below this index were looked through.
        erased: so many of these have no body any more, and may have named the person.
        lines: the first entry first.
    """

    person_id: UUID
    upto: int
    erased: int
    lines: tuple[Line, ...]

    @property
    def undecided(self) -> tuple[int, ...]:
        """Entries without a verdict."""
        return undecided(
            (line.recorded.index for line in self.lines),
            (line.recorded.index for line in self.lines if line.decided is not None),
        )

    @property
    def awaiting_second(self) -> tuple[int, ...]:
        """Entries that a second officer has to decide as well."""
        return tuple(line.recorded.index for line in self.lines if line.awaits_second)

    def with_verdicts(self, verdicts: Mapping[int, Standing]) -> "Draft":
        """The same draft with the verdicts that are in force now, by entry."""
        lines = tuple(replace(line, standing=verdicts.get(line.recorded.index)) for line in self.lines)
        return replace(self, lines=lines)

    def as_json(self, words: Words) -> dict[str, object]:
        """The document of `watchroom audit subject`."""
        return {
            "draft": True,
            "notice": words.phrase("subject.draft"),
            "person": str(self.person_id),
            "upto": self.upto,
            "erased": words.phrase("subject.erased", count=self.erased) if self.erased else None,
            "lines": [line.as_json(words) for line in self.lines],
            "undecided": len(self.undecided),
            "awaiting_second": len(self.awaiting_second),
        }

    def as_released(self, words: Words) -> dict[str, object]:
        """The document for the person, made of recorded verdicts alone.

        INVARIANT: what is neither confirmed nor denied leaves no trace in it, not even a number; the statement at its
        end is always the same.
        """
        decided = [(line, line.decided) for line in self.lines if line.decided is not None]
        grounds = sorted({str(one.ground) for _, one in decided if one.verdict is Verdict.WITHHELD})
        return {
            "person": str(self.person_id),
            "lines": [line.told(words) for line, one in decided if one.verdict is Verdict.RELEASED],
            "withheld": [words.phrase(f"subject.ground.{ground}") for ground in grounds],
            "statement": words.phrase("subject.statement"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReleased:
    """Why nothing is released: a value, for the officer.

    Attributes:
        waiting: entries that wait for a verdict, or for that of a second officer.
        reason: in words.
    """

    waiting: tuple[int, ...]
    reason: Text


def draft_of(person_id: UUID, *, found: Concerning, verdicts: Mapping[int, Standing], upto: int | None = None) -> Draft:
    """The draft about a person.

    Args:
        person_id: who asked.
        found: what the log holds about them.
        verdicts: those in force, by entry.
        upto: only entries below this index, so that an answer ends where the officer's work did; None: all.
    """
    end = found.upto if upto is None else min(upto, found.upto)
    lines = tuple(
        Line(
            recorded=one,
            others=_others(one, person_id),
            proposal=proposed(one.header),
            standing=verdicts.get(one.index),
        )
        for one in reversed(found.entries)
        if one.index < end
    )
    return Draft(person_id=person_id, upto=end, erased=found.erased, lines=lines)


def _others(one: Recorded, person_id: UUID) -> int:
    # As texts, which the log writes in one form: half a million ids of long lists would take seconds to be made.
    return len(set((one.body or {}).get("subjects", ())) - {str(person_id)})


def released_of(draft: Draft) -> Draft | NotReleased:
    """The draft, when every line of it has the verdicts that it needs; else what is missing."""
    if waiting := draft.undecided:
        return NotReleased(waiting=waiting, reason=Text("subject.undecided", {"count": len(waiting)}))
    if waiting := draft.awaiting_second:
        return NotReleased(waiting=waiting, reason=Text("subject.awaiting_second", {"count": len(waiting)}))
    return draft
