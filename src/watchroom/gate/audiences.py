"""Making audiences: a role without login and an immutable schema of barrier views, each made when first needed.

An audience is named by a digest of the policy, of what it was decided for and of the form of the views, so that
nothing in it ever changes: a new policy, a new model or a new version of this room gives another audience.

What may be suspended is the *footing* of audiences: policy, organisation, roles and purpose. It is looked up under
the lock under which audiences are made, so nothing is made or granted on a footing that is suspended.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from watchroom.gate.askers import Asker
from watchroom.gate.asking import Asking
from watchroom.gate.entrance import Entrance, Fixed, callable_by, functions
from watchroom.gate.errors import SuspendedError
from watchroom.gate.eviction import drop_audience
from watchroom.gate.footing import Footing
from watchroom.gate.form import shape_of_views
from watchroom.gate.narrow_views import Narrow
from watchroom.gate.relation_sql import facts_worked_out
from watchroom.gate.relations import FOR_THE_ENTRANCE, Relation, Relations, role_name, schema_name
from watchroom.gate.rows_sql import makes_pseudonyms
from watchroom.gate.vouching import Vouching
from watchroom.kernel.clock import Clock
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.policy.clauses import classifications_up_to
from watchroom.policy.decision import Decision, audience_hash
from watchroom.store.database import Connection, Database, DatabaseUnavailableError, Principal

_QUERIES = load_queries("watchroom.gate", "audiences.sql")

# So many values of a fact are compared one by one; more are hashed.
_FEW = 16
_WORKERS = 2
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Audience:
    """One audience as this process knows it.

    Attributes:
        name: twelve hexadecimal digits.
        role, schema: its role and the schema of its views.
        entrance: how a reading connection comes into it.
        footing: on which it stands.
        relations: composes its views.
        workers: how many processes may help with one read: whoever sees little is answered before one would start.
        worked_out: facts about the asker that are worked out for each read and that its views need.
        has_pseudonyms: whether an id that it is shown may be a made-up word.
        made: names of the views that are known to be there, with their object ids.
        narrow: those of few columns or of few entities among them, by name.
        made_as: object id of the schema; another one means that the audience was dropped and made again.
    """

    name: str
    role: str
    schema: str
    entrance: Entrance
    footing: Footing
    relations: Relations
    workers: int = 0
    worked_out: frozenset[str] = frozenset()
    has_pseudonyms: bool = False
    made: dict[str, int] = field(default_factory=dict[str, int])
    narrow: dict[str, Narrow] = field(default_factory=dict[str, Narrow])
    made_as: int = 0


class Audiences:
    """The audiences of a node; safe to share between threads."""

    def __init__(self, database: Database, *, model: Catalogue, machine_clock: Clock, apart: str = "") -> None:
        """The audiences of a node.

        Args:
            database, model, machine_clock: of the node.
            apart: what keeps them from being those of anybody else; empty for reads.
        """
        self._database = database
        self._model = model
        self._clock = machine_clock
        self.vouching = Vouching(database)
        self._shape = f"{apart}{shape_of_views(model)}"
        self._known: dict[str, Audience] = {}
        self._used: dict[str, float] = {}
        self._lock = Lock()

    def audience(self, decision: Decision, asker: Asker, *, is_past: bool = False) -> Audience:
        """The audience of a decision and of askers such as this one; its role and schema are there afterwards.

        Askers are alike who have the same clearance, and few or many values of the same facts. The past has an
        audience of its own, so that whoever asks for the present does not pay for the history.

        Raises:
            SuspendedError: it was not known here yet, and its footing is suspended.
        """
        wide = _wide_facts(asker)
        is_apart = bool(wide) or not (asker.units or asker.sites)
        name = audience_hash(decision, shape=f"{self._shape} {asker.clearance} {sorted(wide)} {is_apart} {is_past}")
        with self._lock:
            self._used[name] = monotonic()
            known = self._known.get(name)
        if known is not None:
            return known
        worked_out = facts_worked_out(decision)
        role, schema = role_name(self._database.prefix, name), schema_name(name)
        made = Audience(
            name=name,
            role=role,
            schema=schema,
            entrance=Entrance.of(schema=schema, role=role),
            workers=_WORKERS if is_apart else 0,
            footing=Footing.of(decision),
            relations=Relations(
                decision,
                model=self._model,
                asking=Asking(
                    audience=name,
                    clearances=classifications_up_to(asker.clearance),
                    is_past=is_past,
                    wide=wide,
                    is_apart=is_apart,
                    worked_out=worked_out,
                ),
            ),
            worked_out=worked_out,
            has_pseudonyms=makes_pseudonyms(decision),
        )
        made = replace(made, made_as=self._make(made, decision))
        with self._lock:
            return self._known.setdefault(name, made)

    def used_within(self, seconds: float) -> list[str]:
        """The names of the audiences that this process used in the last so many seconds, the last used first."""
        oldest = monotonic() - seconds
        with self._lock:
            recent = [(at, name) for name, at in self._used.items() if at >= oldest]
        return [name for _, name in sorted(recent, reverse=True)]

    def forget_one(self, name: str) -> None:
        """Know nothing more of one audience: it was dropped."""
        with self._lock:
            self._known.pop(name, None)
            self._used.pop(name, None)

    def ensure(self, audience: Audience, names: Iterable[str | Narrow]) -> None:
        """Make the views that are not there yet, whole ones by name.

        Raises:
            SuspendedError: some are not, and the footing is suspended.
        """
        wanted = list(names)
        # Also of those that another process made: what an answer tells of is found by them.
        audience.narrow.update({one.name: one for one in wanted if isinstance(one, Narrow)})
        missing = [one for one in wanted if (one if isinstance(one, str) else one.name) not in audience.made]
        if not missing:
            return
        with self._database.connection(Principal.MIGRATOR) as connection:
            _lock(connection, audience.footing)
            self._become_owner(connection)
            for one in missing:
                self._make_view(connection, audience, audience.relations.relation(one))
            standing = _standing(connection, audience)
        audience.made.update(standing)

    def suspend(self, footing: Footing) -> None:
        """Take everything from the audiences of a footing at once, also from transactions that are running.

        It outlives this process, and every audience that is made later; those of more roles are meant too.
        """
        with self._database.connection(Principal.MIGRATOR) as connection:
            connection.execute(_QUERIES["lock_footing"].text, {"footing": footing.lock})
            self._become_owner(connection)
            connection.execute(_QUERIES["suspend"].text, {**footing.parameters, "suspended_at": self._clock.now()})
            for role, schema in connection.execute(_QUERIES["audiences_on"].text, footing.parameters).fetchall():
                take_away(connection, role=role, schema=schema)

    def forget(self, footing: Footing) -> None:
        """Know nothing more of the audiences of a footing, so that whoever needs one makes sure that it is whole."""
        with self._lock:
            self._known = {name: one for name, one in self._known.items() if one.footing != footing}

    def drop(self) -> None:
        """Drop all that this object made; for audiences that nobody else has."""
        with self._lock:
            known, self._known = list(self._known.values()), {}
        with self._database.connection(Principal.MIGRATOR) as connection:
            for audience in known:
                drop_audience(
                    connection,
                    audience.name,
                    schema=audience.schema,
                    role=audience.role,
                    owner=self._database.roles.owner,
                )

    def require_open(self, connection: Connection, audience: Audience) -> UUID:
        """At which turn the openings are, unless the audience may be given nothing.

        Raises:
            SuspendedError: its footing is suspended.
        """
        is_suspended, turn = _standing_of(connection, audience.footing)
        if is_suspended:
            raise SuspendedError("access on this footing is suspended")
        return turn

    def is_suspended(self, footing: Footing) -> bool:
        """Whether a footing is suspended now.

        Raises:
            DatabaseUnavailableError: it cannot be found out.
        """
        with self._database.glance(Principal.APP) as connection:
            return _standing_of(connection, footing)[0]

    def was_suspended(self, audience: Audience) -> bool:
        """Whether the footing is suspended by now; False where that cannot be found out."""
        try:
            with self._database.glance(Principal.APP) as connection:
                self.require_open(connection, audience)
        except SuspendedError:
            return True
        except (DatabaseUnavailableError, psycopg.Error):
            return False
        return False

    def _make(self, audience: Audience, decision: Decision) -> int:
        """Make what is not there yet; the object id of the schema."""
        with self._database.connection(Principal.MIGRATOR) as connection:
            _lock(connection, audience.footing)
            self._make_role(connection, audience)
            self._become_owner(connection)
            schema, role = sql.Identifier(audience.schema), sql.Identifier(audience.role)
            reader = sql.Identifier(self._database.roles.login(Principal.READER))
            connection.execute(sql.SQL("create schema if not exists {}").format(schema))
            connection.execute(sql.SQL("grant usage on schema {} to {}, {}").format(schema, role, reader))
            if audience.has_pseudonyms:
                new = {"secret": secrets.token_bytes(_SECRET_BYTES), "made_at": self._clock.now()}
                connection.execute(_QUERIES["make_secret"].text, new)
            if not _standing(connection, audience):
                for name in FOR_THE_ENTRANCE:
                    self._make_view(connection, audience, audience.relations.relation(name))
                for statement in functions(audience.schema, _fixed(audience)):
                    connection.execute(statement)
            self._let_in(connection, audience, reader)
            connection.execute(
                _QUERIES["enter_audience"].text,
                {
                    "audience": audience.name,
                    "role": audience.role,
                    "schema": audience.schema,
                    "policy_hash": decision.policy_hash,
                    "definition": Jsonb(_definition(decision)),
                    "made_at": self._clock.now(),
                },
            )
            audience.made.update(_standing(connection, audience))
            row = connection.execute(_QUERIES["schema_id"].text, {"schema": audience.schema}).fetchone()
        return row[0] if row else 0

    def _make_role(self, connection: Connection, audience: Audience) -> None:
        role = sql.Identifier(audience.role)
        if connection.execute(_QUERIES["role_exists"].text, {"role": audience.role}).fetchone() is None:
            connection.execute(sql.SQL("create role {} nologin noinherit").format(role))
        # INVARIANT: not inherited, so that the login of reads sees nothing of an audience that it has not become.
        connection.execute(
            sql.SQL("grant {} to {} with set true, inherit false").format(
                role, sql.Identifier(self._database.roles.login(Principal.READER))
            )
        )

    def _become_owner(self, connection: Connection) -> None:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(self._database.roles.owner)))

    def _make_view(self, connection: Connection, audience: Audience, relation: Relation) -> None:
        if relation.name in _standing(connection, audience):
            return
        view = sql.Identifier(audience.schema, relation.name)
        # INVARIANT: the outermost query is no UNION. PostgreSQL flattens a UNION ALL before it looks whether the view
        # is a barrier, and then a leaking function meets hidden rows (found by trial on 18.6).
        connection.execute(
            sql.SQL("create view {} with (security_barrier = true) as select {} from ({}) as shown").format(
                view, relation.shown, relation.query
            )
        )
        if not relation.is_for_entrance:
            self._let_see(connection, audience, relation.name)

    def _let_in(self, connection: Connection, audience: Audience, reader: sql.Identifier) -> None:
        """Whatever its members may use, also where it stood: any role can give back what it was granted.

        Only what is missing, for a grant makes every connection plan anew.
        """
        names = {
            "schema": audience.schema,
            "role": audience.role,
            "reader": self._database.roles.login(Principal.READER),
        }
        if connection.execute(_QUERIES["uncalled_functions"].text, names).fetchone() is not None:
            for statement in callable_by(audience.schema, reader):
                connection.execute(statement)
        for (name,) in connection.execute(_QUERIES["unseen_relations"].text, names).fetchall():
            if name not in FOR_THE_ENTRANCE:
                self._let_see(connection, audience, name)

    @staticmethod
    def _let_see(connection: Connection, audience: Audience, name: str) -> None:
        view, role = sql.Identifier(audience.schema, name), sql.Identifier(audience.role)
        connection.execute(sql.SQL("grant select on {} to {}").format(view, role))


def take_away(connection: Connection, *, role: str, schema: str) -> None:
    """Take every view from an audience, as owner; it bites within reads that are running once it is committed."""
    names = {"role": sql.Identifier(role), "schema": sql.Identifier(schema)}
    connection.execute(sql.SQL("revoke all on all tables in schema {schema} from {role}").format(**names))
    connection.execute(sql.SQL("revoke all on schema {schema} from {role}").format(**names))


def _fixed(audience: Audience) -> Fixed:
    return Fixed(
        audience=audience.name,
        policy_hash=audience.footing.policy_hash,
        organisation=audience.footing.organisation,
        roles=audience.footing.roles,
        purpose=audience.footing.purpose,
        workers=audience.workers,
        worked_out=audience.worked_out,
        told=audience.relations.told,
    )


def _wide_facts(asker: Asker) -> frozenset[str]:
    facts = {"my_units": asker.units, "my_sites": asker.all_sites}
    return frozenset(name for name, values in facts.items() if len(values) > _FEW)


def _standing(connection: Connection, audience: Audience) -> dict[str, int]:
    return dict(connection.execute(_QUERIES["standing_relations"].text, {"schema": audience.schema}).fetchall())


def _definition(decision: Decision) -> dict[str, object]:
    return {
        "organisation": decision.organisation,
        "roles": list(decision.roles),
        "purpose": decision.purpose,
        "clauses": [grant.name for grant in decision.grants],
    }


def _lock(connection: Connection, footing: Footing) -> None:
    """Hold a footing for a maker of audiences, as the migrator.

    Raises:
        SuspendedError: it is suspended.
    """
    connection.execute(_QUERIES["lock_footing"].text, {"footing": footing.lock})
    # INVARIANT: asked after the lock was given, so it is the state that no suspender is about to change.
    if _standing_of(connection, footing)[0]:
        raise SuspendedError("access on this footing is suspended")


def _standing_of(connection: Connection, footing: Footing) -> tuple[bool, UUID]:
    """Whether a footing is suspended, and at which turn the openings are."""
    row = connection.execute(_QUERIES["suspended"].text, footing.parameters, prepare=True).fetchone()
    # INVARIANT: without a turn nothing could be closed any more, so nothing is given.
    return (True, UUID(int=0)) if row is None else (row[0], row[1])
