"""Which rows no clause shows, as SQL: always by what they are today, also where the past is asked for."""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import condition_sql, every
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.policy.decision import Decision

RECORD = "record"
PERSON = "person"

# What stands is judged as it stands; of what has ended, one version under the exclusion is enough.
# INVARIANT: `is not false`, so that an unknown counts as excluded. Nothing here is correlated: a correlated
# sub-select keeps PostgreSQL from reading the whole view in parallel.
_HIDDEN = """
select now_.id from {table} as now_ where ({now}) is not false
union all
select was.id from {history} as was
where
    ({was}) is not false
    and was.id not in (
        select still.id from {table} as still
        where still.id = any (array(select ended.id from {history} as ended where ({ended}) is not false))
    )
"""


class Exclusions:
    """The exclusions of one decision. A person who is excluded is not named by any other row either."""

    def __init__(self, decision: Decision, *, model: Catalogue, asking: Asking) -> None:
        self._exclusions = decision.exclusions
        self._model = model
        self._asking = asking

    @property
    def hide_people(self) -> bool:
        """Whether some exclusion is of persons."""
        return any(PERSON in exclusion.conditions for exclusion in self._exclusions)

    def hidden_people(self) -> sql.Composable:
        """The query of the persons who are hidden today: `id`."""
        hidden = self._hidden_ids(self._model.entity(PERSON), self._asking.first) if self.hide_people else []
        return sql.SQL(" union all ").join(hidden) if hidden else sql.SQL("select null::uuid as id where false")

    def is_open_now(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether no exclusion touches a row of the current table."""
        own: list[sql.Composable] = [
            sql.SQL("(({}) is false)").format(condition_sql(condition, alias=alias, asking=self._asking))
            for exclusion in self._exclusions
            if (condition := exclusion.conditions.get(entity.name)) is not None
        ]
        return every([*own, self.names_nobody_hidden(entity, alias)])

    def is_open_today(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether no exclusion touches what a row has become, by its `id`; what an older version says is nothing."""
        row_id = sql.Identifier(alias, "id")
        if entity.name == PERSON:
            return self._is_not_hidden(row_id)
        return every(
            [
                sql.SQL("({} not in ({}))").format(row_id, hidden)
                for hidden in self._hidden_ids(entity, self._asking.apart)
            ]
        )

    def names_nobody_hidden(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether a row refers to no person who is hidden today."""
        if entity.name == PERSON:
            return every([])
        return every(
            [
                self._is_not_hidden(sql.Identifier(alias, field.name))
                for field in entity.fields
                if field.target == PERSON and self.hide_people
            ]
        )

    def _is_not_hidden(self, name: sql.Identifier) -> sql.Composable:
        if not self.hide_people:
            return every([])
        return sql.SQL("({} is not true)").format(self._asking.is_hidden(name))

    def _hidden_ids(self, entity: Entity, asking: Asking) -> list[sql.Composed]:
        """For each exclusion of the entity, a sub-select of the ids that it hides today."""
        return [
            sql.SQL(_HIDDEN).format(
                table=sql.Identifier(RECORD, entity.name),
                history=sql.Identifier(RECORD, f"{entity.name}_history"),
                now=condition_sql(condition, alias="now_", asking=asking),
                was=condition_sql(condition, alias="was", asking=asking),
                ended=condition_sql(condition, alias="ended", asking=asking),
            )
            for exclusion in self._exclusions
            if (condition := exclusion.conditions.get(entity.name)) is not None
        ]
