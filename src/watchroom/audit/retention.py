"""How long is kept what was made for the review of looks and for subject access: a rule, applied alike to all.

None of it is the log. An entry of the log says how many of each went, before it holds; the entry names nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from psycopg import sql

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit", "retention.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days each kind is kept; None: until the agency has said so, for which it answers.

    Attributes:
        look_cases: a case of looks, after its latest decision.
        undecided_cases: one that nobody decided, after it was opened.
        rota: a shift, after its end by the clock of the node.
        marks: a mark of name or home, after it was entered; of a disabled account it goes at once.
        verdicts: what was decided for a person's request, after the latest decision for that person.
    """

    look_cases: int | None = None
    undecided_cases: int | None = None
    rota: int | None = None
    marks: int | None = None
    verdicts: int | None = None


def retire(
    database: Database, *, log: AuditTrail, by: Entry, rule: Retention, now: tuple[datetime, datetime]
) -> Mapping[str, int]:
    """Delete what is kept longer than the rule says; how many of each kind went. Nothing is entered where nothing goes.

    Args:
        database: of the node; no login of the running node may delete all of this, so the owner does it.
        log: where it is entered.
        by: who does it, and for which purpose; its act, thing and detail are set here.
        rule: for how long each kind is kept.
        now: instant of the machine, and of the node.

    Raises:
        AuditUnavailableError: it could not be entered; nothing was deleted.
    """
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        gone = _gone(connection, rule, now)
        if any(gone.values()):
            said = {"did": "retention", **{kind: str(count) for kind, count in gone.items()}}
            # INVARIANT: before the commit, so that without its entry nothing is gone.
            log.append(replace(by, act=Act.ERASE, entity="retention", detail=said))
    return gone


def _gone(connection: Connection, rule: Retention, now: tuple[datetime, datetime]) -> Mapping[str, int]:
    machine, node = now
    of_cases = {"before": _ago(rule.look_cases, machine), "undecided_before": _ago(rule.undecided_cases, machine)}
    return {
        "look_cases": connection.execute(_QUERIES["retire_look_cases"].text, of_cases).rowcount,
        "rota": connection.execute(_QUERIES["retire_shifts"].text, {"node_before": _ago(rule.rota, node)}).rowcount,
        "marks": connection.execute(_QUERIES["retire_marks"].text, {"before": _ago(rule.marks, machine)}).rowcount,
        "verdicts": connection.execute(
            _QUERIES["retire_verdicts"].text, {"before": _ago(rule.verdicts, machine)}
        ).rowcount,
    }


def _ago(days: int | None, now: datetime) -> datetime | None:
    """The instant so many days before; None, which nothing is older than, where no days were said."""
    return None if days is None else now - timedelta(days=days)
