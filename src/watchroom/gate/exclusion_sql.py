"""Which rows no clause shows, as SQL: always by what they are today, also where the past is asked for."""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import condition_sql, every
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.policy.decision import Decision

RECORD = "record"
PERSON = "person"
# Who has a part in which case: the case, the rows that say so, and their field that names it.
PARTS = (
    ("incident_report", "incident_participant", "incident_id"),
    ("incident_report", "use_of_force", "incident_report_id"),
    ("incident_report", "find", "incident_report_id"),
    ("incident_report", "adjudication", "incident_report_id"),
    ("incident", "task", "incident_id"),
    ("police_incident", "missing_person", "police_incident_id"),
    ("police_incident", "dash_assessment", "police_incident_id"),
)
CASES = frozenset(case for case, _, _ in PARTS)

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
    """The exclusions of one decision, and what nobody needs to agree: people who are restricted, and the asker's own.

    A person who is hidden is not named by any other row either.
    """

    def __init__(self, decision: Decision, *, model: Catalogue, asking: Asking) -> None:
        self._exclusions = decision.exclusions
        self._model = model
        self._asking = asking

    def hidden_people(self) -> sql.Composable:
        """The query of the persons whom an exclusion hides today from everybody: `id`."""
        hidden = self._hidden_ids(self._model.entity(PERSON), self._asking.first)
        return sql.SQL(" union all ").join(hidden) if hidden else sql.SQL("select null::uuid as id where false")

    def own_cases(self) -> sql.Composable:
        """The query of the cases in which the asker or kin has, or ever had, a part: `id`."""
        first = self._asking.first
        return sql.SQL(" union all ").join(
            sql.SQL(
                "select part.{case} as id from {table} as part where {mine} and part.person_id in ("
                "select own.person_id from gate.account_person as own"
                " where own.account = {asker} and own.ended_at is null)"
            ).format(
                case=sql.Identifier(case),
                table=sql.Identifier(RECORD, f"{entity}{suffix}"),
                mine=first.is_mine,
                asker=first.asker,
            )
            for _, entity, case in PARTS
            for suffix in ("", "_history")
        )

    def is_open_now(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether no exclusion touches a row of the current table."""
        own: list[sql.Composable] = [
            sql.SQL("(({}) is false)").format(condition_sql(condition, alias=alias, asking=self._asking))
            for exclusion in self._exclusions
            if (condition := exclusion.conditions.get(entity.name)) is not None
        ]
        himself = [self._asking.is_not_hidden(sql.Identifier(alias, "id"))] if entity.name == PERSON else []
        return every([*own, *himself, self.names_nobody_hidden(entity, alias)])

    def is_open_today(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether no exclusion touches what a row has become, by its `id`; what an older version says is nothing."""
        row_id = sql.Identifier(alias, "id")
        if entity.name == PERSON:
            return self._asking.is_not_hidden(row_id)
        hidden = [
            sql.SQL("({} not in ({}))").format(row_id, ids) for ids in self._hidden_ids(entity, self._asking.apart)
        ]
        return every([*hidden, self._asking.is_no_hidden_record([row_id])])

    def names_nobody_hidden(self, entity: Entity, alias: str) -> sql.Composable:
        """Whether a row refers to no person and to no record that is hidden today from the asker, nor is one."""
        if entity.name == PERSON:
            return every([])
        people = [
            self._asking.is_not_hidden(sql.Identifier(alias, field.name))
            for field in entity.fields
            if field.target == PERSON
        ]
        ids = ["id", *(field.name for field in entity.fields if field.target not in (None, PERSON))]
        records = self._asking.is_no_hidden_record([sql.Identifier(alias, name) for name in ids])
        return every([*people, records])

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
