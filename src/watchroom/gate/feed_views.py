"""What changed: told of each row that the audience sees, or saw until it changed."""

from collections.abc import Sequence

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import TRUE, every, some
from watchroom.gate.entity_views import EntityViews
from watchroom.gate.rows_sql import RowRules, commas, text_array
from watchroom.gate.source_views import ENDING
from watchroom.gate.versions_sql import current_table, history_table
from watchroom.model.catalogue import Entity, FieldKind, columns_of
from watchroom.policy.conditions import All, Condition, InFact

# INVARIANT: a change is shown where a clause shows the version before it or the one after it, and of each only
# what that clause shows whole: an old value comes from a version that the asker might see. `record` is what may be
# said of the version after the change, of one that ended the last: nothing where only the version before is seen.
# What a source gives again once it is taken up again is compared with what stood of it when it ended, so that what is
# as it was is told as that, and only what differs is a change.
_CHANGES = """
select
    told.seq,
    sealed.sealed_at as recorded_at,
    told.entity,
    told.id,
    case when cardinality(back.differing) > 0 then 'changed' else told.op end as op,
    array(
        select field.name from unnest(coalesce(back.differing, told.changed_fields)) as field (name)
        where field.name = any (told.fields) order by field.name
    ) as changed_fields,
    array(
        select distinct news.category
        from unnest(told.named, told.categories) as news (name, category)
        where
            news.name = any (told.fields)
            and case
                when cardinality(back.differing) > 0 then news.name = any (back.differing)
                else told.op <> 'changed' or news.name = any (told.changed_fields)
            end
        order by news.category
    ) as categories,
    told.person_id,
    told.site_code,
    told.unit_code,
    case
        when cardinality(back.differing) > 0 then (
            select jsonb_object_agg(old.key, old.value)
            from jsonb_each_text(told.stood) as old
            where old.key = any (back.differing)
        )
        when told.op = 'changed' then (
            select jsonb_object_agg(old.key, old.value)
            from jsonb_each(told.before) as old
            where old.key = any (told.fields_before)
        )
    end as before,
    case when told.version is not null then coalesce(
        (
            select jsonb_object_agg(said.key, said.value)
            from jsonb_each(told.version) as said
            where said.key = any (told.sayable) and said.key = any (told.fields_of_version)
        ),
        '{{}}'::jsonb
    ) end as record,
    told.source_system,
    told.unreliable_dates,
    told.other_person_id,
    right(sealed.source_system, {ending_length}) = {ending} as is_end_of_source,
    back.differing is not null as is_back
from ({entities}) as told
join ingest.sealed as sealed on sealed.seq = told.seq
cross join lateral (
    select case when told.stood is not null then array(
        select news.name
        from unnest(told.named) as news (name)
        where
            news.name = any (told.fields_before)
            and news.name = any (told.fields_of_version)
            and told.version -> news.name is distinct from told.stood -> news.name
    ) end as differing
    offset 0
) as back
"""

# Written in the open by their own form: what an incident is called.
_SAID_THOUGH_FREE = frozenset({("incident_report", "title")})

# What each entity gives to that: the sub-selects stand outside, once and not once for each of them. With `offset 0` the
# conditions of the clauses are worked out once for a row: pulled up, they stand in the plan wherever they are named.
_CHANGE = """
select
    c.seq,
    c.entity,
    c.id,
    c.op,
    c.changed_fields,
    c.before,
    {named} as named,
    {categories} as categories,
    shown.fields,
    shown.fields_before,
    {sayable} as sayable,
    case when seen.is_after then to_jsonb(a) when c.op = 'ended' then to_jsonb(b) end as version,
    case when seen.is_after then {whole_after} else {whole_before} end as fields_of_version,
    case when c.op = 'new' and seen.is_before then to_jsonb(b) end as stood,
    case when seen.is_after then a.source_system else b.source_system end as source_system,
    case when seen.is_after then a.unreliable_dates else b.unreliable_dates end as unreliable_dates,
    {other_person_id} as other_person_id,
    {person_id} as person_id,
    {site_code} as site_code,
    {unit_code} as unit_code
from {source}
join ingest.change as c
    on c.entity = {entity} and {is_sealed} and {may_concern}
left join lateral (
    select {columns} from {current} as a where a.id = c.id and a.seq_from = c.seq
    union all
    select {columns} from {history} as a where a.id = c.id and a.seq_from = c.seq
) as a on true
left join lateral (
    select {columns_before}
    from (
        select {columns_before}, b.seq_to
        from {history} as b
        where b.id = c.id and b.seq_to <= c.seq and (b.seq_to = c.seq or c.op = 'new')
        order by b.seq_to desc
        limit 1
    ) as b
    where
        b.seq_to = c.seq
        or exists (
            select from ingest.sealed as ending
            where ending.seq = b.seq_to and right(ending.source_system, {ending_length}) = {ending}
        )
) as b on true
cross join lateral (
    select
        coalesce(a.id is not null and {after}, false) as is_after,
        coalesce(b.id is not null and {before}, false) as is_before
    offset 0
) as seen
cross join lateral (
    select
        case when seen.is_after then {whole_after} else array[]::text[] end
        || case when seen.is_before then {whole_before} else array[]::text[] end as fields,
        case when seen.is_before then {whole_before} else array[]::text[] end as fields_before
    offset 0
) as shown
where
    {mine}
    and {is_open}
    and (seen.is_after or seen.is_before and c.op <> 'new')
    and (c.op <> 'changed' or c.changed_fields && shown.fields)
"""

_NO_CHANGE = """
select
    null::bigint as seq, null::timestamptz as recorded_at, null::text as entity, null::uuid as id, null::text as op,
    null::text[] as changed_fields, null::text[] as categories, null::uuid as person_id, null::text as site_code,
    null::text as unit_code, null::jsonb as before, null::jsonb as record, null::text as source_system,
    null::text[] as unreliable_dates, null::uuid as other_person_id, null::boolean as is_end_of_source,
    null::boolean as is_back
where false
"""


class FeedViews:
    """Composes the view of changes."""

    def __init__(self, entities: Sequence[Entity], *, views: EntityViews, asking: Asking) -> None:
        self._entities = entities
        self._views = views
        self._asking = asking

    def change(self) -> sql.Composable:
        """One row per change of a row that the audience sees, or saw until it changed."""
        parts = [self._change(entity) for entity in self._entities if self._views.rules(entity).grants]
        if not parts:
            return sql.SQL(_NO_CHANGE)
        return sql.SQL(_CHANGES).format(entities=sql.SQL(" union all ").join(parts), **ENDING)

    def _change(self, entity: Entity) -> sql.Composable:
        rules, exclusions = self._views.rules(entity), self._views.exclusions
        columns = [column.name for column in columns_of(entity)]
        news = [
            (column.name, column.field.change_category)
            for column in columns_of(entity)
            if column.field is not None and column.field.change_category is not None
        ]

        def visible(alias: str) -> sql.Composable:
            return every([rules.is_granted(alias), exclusions.names_nobody_hidden(entity, alias)])

        return sql.SQL(_CHANGE).format(
            named=text_array([name for name, _ in news]),
            categories=text_array([category for _, category in news]),
            sayable=text_array(_sayable(entity)),
            person_id=_person(entity, "person_id", rules=rules),
            other_person_id=_person(entity, "other_person_id", rules=rules),
            site_code=_place(entity, "site_code"),
            unit_code=_place(entity, "unit_code"),
            columns=commas([sql.Identifier("a", name) for name in columns]),
            columns_before=commas([sql.Identifier("b", name) for name in columns]),
            current=current_table(entity),
            history=history_table(entity),
            after=visible("a"),
            before=visible("b"),
            whole_after=rules.whole_columns("a"),
            whole_before=rules.whole_columns("b"),
            entity=sql.Literal(entity.name),
            source=self._asking.source,
            mine=self._asking.is_mine,
            is_sealed=self._asking.was_sealed(sql.Identifier("c", "seq")),
            is_open=exclusions.is_open_today(entity, "c"),
            may_concern=self._may_concern(rules),
            **ENDING,
        )

    def _may_concern(self, rules: RowRules) -> sql.Composable:
        """What the change row itself tells of the rows that a clause can show: a coarse sieve before any look-up.

        INVARIANT: it lets through every change that `seen` would. A clause bound to the asker's units or sites shows
        only versions that lie there, and a change holds its row's place and, where that changed, the one before.
        """
        sieves: list[sql.Composable] = []
        for grant in rules.grants:
            bound = _bound_place(grant.clause.condition)
            if bound is None:
                return TRUE
            now = sql.Identifier("c", bound.column)
            was = sql.SQL("(c.before ->> {})").format(sql.Literal(bound.column))
            sieves += [self._asking.is_among(now, bound.fact), self._asking.is_among(was, bound.fact)]
        return some(sieves)


def _bound_place(condition: Condition) -> InFact | None:
    """The place to which a condition binds every row that it lets through, if it does."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        match part:
            case InFact() if part.column in ("unit_code", "site_code"):
                return part
            case All() if (inner := _bound_place(part)) is not None:
                return inner
            case _:
                pass
    return None


def _sayable(entity: Entity) -> list[str]:
    """The columns whose values a sentence about a change may say: no free text, nothing of health beyond instructions.

    A person is named by a column of the answer and never within a record, so that the log knows of each.
    """
    return [
        column.name
        for column in columns_of(entity)
        if (field := column.field) is not None
        and ((entity.name, field.name) in _SAID_THOUGH_FREE or not (field.free_text or field.health))
        and field.kind is not FieldKind.GEOMETRY
        and field.target != "person"
    ]


def _person(entity: Entity, name: str, *, rules: RowRules) -> sql.Composable:
    """Whom the shown version is about: a record that was moved to another person does not name that one before."""
    if entity.name == "person" and name == "person_id":
        return sql.SQL("c.id")
    if not any(field.name == name for field in entity.fields):
        return sql.SQL("null::uuid")
    return sql.SQL(
        "case when seen.is_after and {name} = any ({after}) then a.{column}"
        " when not seen.is_after and {name} = any ({before}) then b.{column} end"
    ).format(
        name=sql.Literal(name),
        column=sql.Identifier(name),
        after=rules.whole_columns("a"),
        before=rules.whole_columns("b"),
    )


def _place(entity: Entity, name: str) -> sql.Composable:
    """Where the row is; of one that left the asker's sight, where it was."""
    if name not in entity.scoped_by:
        return sql.SQL("null::text")
    return sql.SQL("case when seen.is_after then {} else {} end").format(
        sql.Identifier("a", name), sql.Identifier("b", name)
    )
