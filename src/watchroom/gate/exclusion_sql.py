"""Which rows no clause shows, as SQL: always by what they are today, also where the past is asked for."""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import condition_sql, every
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.policy.decision import Decision

RECORD = "record"

# What stands is judged as it stands; of what has ended, one version under the exclusion is enough.
_HIDDEN = """
select now_.id from {table} as now_ where ({now}) is not false
union all
select was.id from {history} as was
where ({was}) is not false and not exists (select from {table} as still where still.id = was.id)
"""


class Exclusions:
    """The exclusions of one decision. A person who is excluded is not named by any other row either."""

    def __init__(self, decision: Decision, *, model: Catalogue, asking: Asking) -> None:
        self._exclusions = decision.exclusions
        self._model = model
        self._asking = asking

    def is_open_now(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether no exclusion touches a row of the current table."""
        # INVARIANT: `is false`, so that an unknown counts as excluded.
        own: list[sql.Composable] = [
            sql.SQL("(({}) is false)").format(condition_sql(condition, alias=alias, asking=self._asking))
            for exclusion in self._exclusions
            if (condition := exclusion.conditions.get(entity.name)) is not None
        ]
        return every([*own, *self._names_nobody_hidden(entity, alias)])

    def is_open_today(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether no exclusion touches what some version of a row has become; what that version says is nothing."""
        own: list[sql.Composable] = [
            sql.SQL("({} not in ({}))").format(sql.Identifier(alias, "id"), hidden)
            for hidden in self._hidden_ids(entity)
        ]
        return every([*own, *self._names_nobody_hidden(entity, alias)])

    def _names_nobody_hidden(self, entity: Entity, alias: str) -> list[sql.Composable]:
        people = self._model.entities.get("person")
        if people is None or entity.name == "person":
            return []
        parts: list[sql.Composable] = []
        for hidden in self._hidden_ids(people):
            for field in entity.fields:
                if field.target == "person":
                    name = sql.Identifier(alias, field.name)
                    parts.append(sql.SQL("({0} is null or {0} not in ({1}))").format(name, hidden))
        return parts

    def _hidden_ids(self, entity: Entity) -> list[sql.Composed]:
        """For each exclusion of the entity, a sub-select of the ids that it hides today."""
        return [
            sql.SQL(_HIDDEN).format(
                table=sql.Identifier(RECORD, entity.name),
                history=sql.Identifier(RECORD, f"{entity.name}_history"),
                now=condition_sql(condition, alias="now_", asking=self._asking),
                was=condition_sql(condition, alias="was", asking=self._asking),
            )
            for exclusion in self._exclusions
            if (condition := exclusion.conditions.get(entity.name)) is not None
        ]
