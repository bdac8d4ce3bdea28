"""How a reading connection comes into an audience: the functions of its schema, and the statements that call them.

The login of reads has no right to any table. It may become an audience, and call what is made here: functions of the
owner that wait, tell the last sealed sequence, and note who asks as far as the node's process vouches for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from watchroom.kernel.named_sql import Query, load_queries
from watchroom.policy.conditions import FACTS_OF_PEOPLE
from watchroom.policy.openings import MY_CASE_ROOMS

_QUERIES = load_queries("watchroom.gate", "entrance.sql")

# The functions of an audience, and the query that makes each.
_MADE_BY: Mapping[LiteralString, Query] = {
    "await_batch()": _QUERIES["make_await_batch"],
    "begin_reading()": _QUERIES["make_begin_reading"],
    "sequence_at(timestamptz)": _QUERIES["make_sequence_at"],
    "enter(text, bytea)": _QUERIES["make_enter"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The statements of one audience, each with its names in it.

    Attributes:
        begin: several statements, sent as one text without parameters; the last one gives what `begin_reading` tells.
        sequence_at: with the parameter `instant`.
        path: for the names of relations.
        enter: with the parameters `facts` and `voucher`; gives what changed, where the facts ask for it (`Sought`).
        become: be the audience.
    """

    begin: bytes
    sequence_at: bytes
    path: bytes
    enter: bytes
    become: bytes

    @classmethod
    def of(cls, *, schema: str, role: str) -> "Entrance":
        """The statements of the audience with that schema and role."""
        names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}

        def text(template: LiteralString) -> bytes:
            return sql.SQL(template).format(**names).as_bytes()

        return cls(
            begin=text(_QUERIES["begin_reading"].text),
            sequence_at=text("select {schema}.sequence_at(%(instant)s)"),
            path=text("set local search_path = {schema}, pg_temp"),
            enter=text("select {schema}.enter(%(facts)s, %(voucher)s)"),
            become=text("set local role {role}"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What never changes of an audience and its functions know by themselves.

    Attributes:
        audience: its name.
        policy_hash, organisation, roles, purpose: the footing on which it stands.
        workers: how many processes may help with one read.
        worked_out: facts about the asker that are worked out for each read, as far as its views need them.
        told: names of the entities of whose changes it is told.
    """

    audience: str
    policy_hash: str
    organisation: str
    roles: Sequence[str]
    purpose: str
    workers: int
    worked_out: frozenset[str]
    told: Sequence[str]


def functions(schema: str, fixed: Fixed) -> Iterator[sql.Composed]:
    """The statements, for the owner, that make the functions of an audience.

    INVARIANT: none of them may be called by an audience, nor by any role that is not named afterwards.
    """
    names = {
        "schema": sql.Identifier(schema),
        "schema_text": sql.Literal(schema),
        "audience": sql.Literal(fixed.audience),
        "policy_hash": sql.Literal(fixed.policy_hash),
        "organisation": sql.Literal(fixed.organisation),
        "roles": sql.Literal(sorted(fixed.roles)),
        "purpose": sql.Literal(fixed.purpose),
        "workers": sql.Literal(str(fixed.workers)),
        "people": sql.Literal(sorted(fixed.worked_out & FACTS_OF_PEOPLE)),
        "told": sql.Literal(sorted(fixed.told)),
        "asks_rooms": sql.Literal(MY_CASE_ROOMS in fixed.worked_out),
    }
    for signature, query in _MADE_BY.items():
        yield sql.SQL(query.text).format(**names)
        yield sql.SQL("revoke all on function {}.{} from public").format(names["schema"], sql.SQL(signature))


def callable_by(schema: str, reader: sql.Identifier) -> Iterator[sql.Composed]:
    """The statements, for the owner, that let the login of reads call the functions of an audience."""
    grant = sql.SQL("grant execute on function {}.{} to {}")
    for signature in _MADE_BY:
        yield grant.format(sql.Identifier(schema), sql.SQL(signature), reader)
