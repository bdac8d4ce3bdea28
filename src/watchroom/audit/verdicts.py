"""Verdicts of officers on the entries that name a person: each is an entry first, and is only added to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.kernel.errors import UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit", "verdicts.sql")
MOST_OF_A_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A verdict on one entry.

    Attributes:
        entry_index: which entry.
        verdict: what becomes of it.
        ground: which letter of s.45(4); None exactly where it is released.
        reason: the officer's own words; never released.

    Raises:
        UsageError: ground and verdict do not fit, or there is no reason, or one too long.
    """

    entry_index: int
    verdict: Verdict
    ground: Ground | None
    reason: str

    def __post_init__(self) -> None:
        if (self.verdict is Verdict.RELEASED) is not (self.ground is None):
            raise UsageError("name a ground where something is held back, and none where it is released")
        if not self.reason.strip() or len(self.reason) > MOST_OF_A_REASON:
            raise UsageError(
                f"a verdict needs a reason of at most {MOST_OF_A_REASON} letters; the officer answers for it"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The verdict in force on one entry, as the log tells it.

    Attributes:
        decided: the verdict.
        by, at: account of who decided last, and instant of the node.
        recorded_in: index of the entry that records it.
        others: accounts that decided the same before, with no other verdict since.
    """

    decided: Decided
    by: str
    at: datetime
    recorded_in: int
    others: frozenset[str] = frozenset()

    @property
    def is_seconded(self) -> bool:
        """Whether two officers decided the same."""
        return bool(self.others - {self.by})


def record_verdicts(
    database: Database,
    person_id: UUID,
    *,
    meant: Callable[[Mapping[int, Standing]], Sequence[Decided]],
    log: AuditTrail,
    entry: Entry,
) -> tuple[Decided, ...]:
    """Keep verdicts; one entry for all that say the same comes first, so no verdict is in force without one.

    INVARIANT: of one person, one officer at a time decides, in all processes: what is meant is asked with the verdicts
    in force until these are kept, so that nobody decides over what they could not have seen.

    Args:
        database: of the node.
        person_id: who asked.
        meant: the verdicts, at most one for each entry of the log, given those in force; may be none.
        log: where they are entered.
        entry: who decides; names the person. Its act and detail are set here.

    Returns:
        What was recorded.

    Raises:
        UsageError: the log has no such entry about this person; nothing was entered.
        AuditUnavailableError: it could not be entered; there is none of these verdicts.
    """
    with database.connection(Principal.AUDIT) as connection:
        connection.execute(_QUERIES["take_turn_of"].text, {"person_id": str(person_id)})
        decided = tuple(meant(_standing(connection, person_id)))
        _require_about(connection, person_id, decided=decided)
        for alike in _alike(decided):
            first, which = alike[0], [one.entry_index for one in alike]
            receipt = log.append(replace(entry, act=Act.DECIDE, detail=_detail(first, which)))
            row = {
                "person_id": str(person_id),
                "entry_indices": which,
                "verdict": first.verdict.value,
                "ground": None if first.ground is None else first.ground.value,
                "decided_by": entry.actor,
                "recorded_in": receipt.index,
            }
            connection.execute(_QUERIES["add_verdicts"].text, row)
    return decided


def verdicts_on(database: Database, person_id: UUID) -> dict[int, Standing]:
    """The verdict in force on each entry that concerns the person, by index; each stands in the log as well."""
    with database.connection(Principal.AUDIT) as connection:
        return _standing(connection, person_id)


def _require_about(connection: Connection, person_id: UUID, *, decided: Sequence[Decided]) -> None:
    indices = [one.entry_index for one in decided]
    asked = {"person_id": str(person_id), "entry_indices": indices}
    known = {row[0] for row in connection.execute(_QUERIES["are_about"].text, asked)}
    if unknown := sorted(set(indices) - known):
        raise UsageError(f"entry `{unknown[0]}` does not concern this person; take one of the draft")


def _standing(connection: Connection, person_id: UUID) -> dict[int, Standing]:
    rows = connection.execute(_QUERIES["verdicts"].text, {"person_id": str(person_id)}).fetchall()
    found: dict[int, Standing] = {}
    for index, verdict, ground, reason, by, at, recorded_in in rows:
        decided = Decided(
            entry_index=index,
            verdict=Verdict(verdict),
            ground=None if ground is None else Ground(ground),
            reason=reason,
        )
        before = found.get(index)
        is_same = before is not None and _is_same(before.decided, decided)
        others = before.others | {before.by} if before is not None and is_same else frozenset[str]()
        found[index] = Standing(decided=decided, by=by, at=at, recorded_in=recorded_in, others=others)
    return found


def _is_same(one: Decided, other: Decided) -> bool:
    return (one.verdict, one.ground) == (other.verdict, other.ground)


def _alike(decided: Iterable[Decided]) -> list[list[Decided]]:
    """The verdicts by what they say, in the order given."""
    found: dict[tuple[Verdict, Ground | None, str], list[Decided]] = {}
    for one in decided:
        found.setdefault((one.verdict, one.ground, one.reason), []).append(one)
    return list(found.values())


def _detail(one: Decided, which: Sequence[int]) -> dict[str, str]:
    said = {"verdict": one.verdict.value, "reason": one.reason}
    if one.ground is not None:
        said["ground"] = one.ground.value
    return {**said, "entry": str(which[0])} if len(which) == 1 else {**said, "entries": _ranges(which)}


def _ranges(indices: Sequence[int]) -> str:
    """Indices as PostgreSQL writes a multirange, `{[3,5],[9,9]}`."""
    spans: list[list[int]] = []
    for index in sorted(set(indices)):
        if spans and index == spans[-1][1] + 1:
            spans[-1][1] = index
        else:
            spans.append([index, index])
    return "{" + ",".join(f"[{first},{last}]" for first, last in spans) + "}"
