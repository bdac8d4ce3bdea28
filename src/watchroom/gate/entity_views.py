"""The view of one entity in an audience: rows, or numbers, or nothing; always with the entity's own columns."""

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import every
from watchroom.gate.exclusion_sql import Exclusions
from watchroom.gate.origin_sql import NO_ORIGIN, ORIGIN_COLUMNS, origins
from watchroom.gate.rows_sql import RowRules, commas, null_of, text_array
from watchroom.gate.suppression import shown_counts
from watchroom.gate.versions_sql import current_table, history_table, known_now, known_then, versions
from watchroom.model.catalogue import Catalogue, Entity, columns_of
from watchroom.policy.clauses import NAMED_BASE
from watchroom.policy.decision import Decision, Grant

# Beside the entity's columns, in every view: what is withheld of the row; where an audience sees numbers only,
# the number, what it counts (`group` or `total`) and by which clause.
EXTRA_COLUMNS = ("withheld", "count", "counted", "clause")


class EntityViews:
    """Composes the views of one audience's entities."""

    def __init__(self, decision: Decision, *, model: Catalogue, asking: Asking) -> None:
        self._decision = decision
        self._model = model
        self._asking = asking
        self.exclusions = Exclusions(decision, model=model, asking=asking)

    def rules(self, entity: Entity) -> RowRules:
        """What the clauses say of an entity."""
        return RowRules(entity, decision=self._decision, asking=self._asking)

    def view(self, entity: Entity) -> sql.Composable:
        """The query of the entity's view. An entity without a clause is there, and empty."""
        if self._decision.rows_of(entity.name):
            return self._rows(entity)
        counts = self._decision.counts_of(entity.name)
        if counts:
            return sql.SQL(" union all ").join(self._counts(entity, grant) for grant in counts)
        return self._nothing(entity)

    def reasons(self, entity: Entity) -> sql.Composable:
        """The query of the view that says by which clauses each visible row is shown."""
        rules = self.rules(entity)
        names = [
            sql.SQL("case when {} then {} end").format(rules.matches(grant, "t"), sql.Literal(grant.name))
            for grant in rules.grants
        ]
        if not names:
            return sql.SQL("select null::uuid as id, null::text[] as clauses where false")
        clauses = sql.SQL("array_remove(array[{}]::text[], null) as clauses").format(commas(names))
        return self._versions(entity, [sql.Identifier("t", "id"), clauses])

    def origins(self, entity: Entity) -> sql.Composable:
        """The query of the view that says where each visible row came from; see `origin_sql`."""
        rules = self.rules(entity)
        if not rules.grants:
            return sql.SQL(NO_ORIGIN)
        columns: list[sql.Composable] = [sql.Identifier("t", name) for name in ORIGIN_COLUMNS]
        columns += [
            sql.SQL("{} as withheld").format(rules.withheld("t", also=NAMED_BASE)),
            sql.SQL("{} as hidden").format(self._asking.hidden_people),
        ]
        versions = self._versions(entity, columns)
        return origins(entity, versions, decision=self._decision, model=self._model, asking=self._asking)

    def _rows(self, entity: Entity) -> sql.Composable:
        rules = self.rules(entity)
        columns = [rules.value(column, "t") for column in columns_of(entity)]
        columns += [
            sql.SQL("{} as withheld").format(rules.withheld("t")),
            sql.SQL("null::bigint as count, null::text as counted, null::text as clause"),
        ]
        return self._versions(entity, columns)

    def _versions(self, entity: Entity, columns: list[sql.Composable]) -> sql.Composable:
        asking, exclusions = self._asking, self.exclusions
        rules = self.rules(entity)
        # Apart, a test without a column is a node of the plan: not where each clause makes it anyhow.
        mine = [] if asking.is_apart and rules.needs_facts else [asking.is_mine]
        granted = [*mine, rules.is_granted("t")]
        now = [known_now("t", asking), exclusions.is_open_now(entity, "t")]
        tables = [(current_table(entity), [*granted, *now])]
        if asking.is_past:
            past = [
                known_then("t", asking),
                exclusions.is_open_today(entity, "t"),
                exclusions.names_nobody_hidden(entity, "t"),
            ]
            tables.append((history_table(entity), [*granted, *past]))
        text = sql.SQL("select {columns} from {source}, {table} as t where {condition}")
        return sql.SQL(" union all ").join(
            text.format(columns=commas(columns), source=asking.source, table=table, condition=every(condition))
            for table, condition in tables
        )

    def _counts(self, entity: Entity, grant: Grant) -> sql.Composable:
        """Numbers by one field. Exclusions hide rows, not numbers: what is counted here and in the roll is equal."""
        (group,) = grant.clause.fields
        rules = self.rules(entity)
        names = [column.name for column in columns_of(entity)]
        columns = [
            sql.SQL("shown.name as {}").format(sql.Identifier(column.name))
            if column.name == group and column.sql_type == "text"
            else sql.SQL("shown.name::boolean as {}").format(sql.Identifier(column.name))
            if column.name == group
            else sql.SQL("{} as {}").format(null_of(column), sql.Identifier(column.name))
            for column in columns_of(entity)
        ]
        others = sorted(field.name for field in entity.fields if field.name != group)
        cells = sql.SQL(
            "select v.{group}::text as name, count(*) filter (where {condition}) as number"
            " from {source}, {versions} as v where {mine} and {is_valid} group by v.{group}"
        ).format(
            source=self._asking.source,
            mine=self._asking.is_mine,
            group=sql.Identifier(group),
            condition=rules.matches(grant, "v"),
            versions=versions(entity, names, self._asking),
            is_valid=sql.SQL("{} between {} and {}").format(
                self._asking.today, sql.Literal(grant.valid_from), sql.Literal(grant.valid_to)
            ),
        )
        return sql.SQL(
            "select {columns}, case when shown.number is null then {others} || array['count'] else {others} end"
            " as withheld, shown.number as count, shown.counted, {clause}::text as clause from ({shown}) as shown"
        ).format(
            columns=commas(columns),
            others=text_array(others),
            clause=sql.Literal(grant.name),
            shown=shown_counts(cells, asking=self._asking),
        )

    def _nothing(self, entity: Entity) -> sql.Composable:
        columns = [
            sql.SQL("{} as {}").format(null_of(column), sql.Identifier(column.name)) for column in columns_of(entity)
        ]
        return sql.SQL(
            "select {}, null::text[] as withheld, null::bigint as count, null::text as counted,"
            " null::text as clause where false"
        ).format(commas(columns))
