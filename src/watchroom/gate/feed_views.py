"""What is told about the record beside its rows: what changed, how fresh each source is, what ingest found."""

from collections.abc import Sequence
from typing import LiteralString

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.condition_sql import TRUE, every, some
from watchroom.gate.entity_views import EntityViews
from watchroom.gate.rows_sql import RowRules, commas, text_array
from watchroom.gate.versions_sql import current_table, history_table
from watchroom.model.catalogue import Entity, FieldKind, columns_of
from watchroom.policy.conditions import All, Condition, InFact

# INVARIANT: a change is shown where a clause shows the version before it or the one after it, and of each only
# what that clause shows whole: an old value comes from a version that the asker might see. `record` is what may be
# said of the version after the change, of one that ended the last: nothing where only the version before is seen.
_CHANGES = """
select
    told.seq,
    sealed.sealed_at as recorded_at,
    told.entity,
    told.id,
    told.op,
    array(
        select field.name from unnest(told.changed_fields) as field (name)
        where field.name = any (told.fields) order by field.name
    ) as changed_fields,
    array(
        select distinct news.category
        from unnest(told.named, told.categories) as news (name, category)
        where news.name = any (told.fields) and (told.op <> 'changed' or news.name = any (told.changed_fields))
        order by news.category
    ) as categories,
    told.person_id,
    told.site_code,
    told.unit_code,
    case when told.op = 'changed' then (
        select jsonb_object_agg(old.key, old.value)
        from jsonb_each(told.before) as old
        where old.key = any (told.fields_before)
    ) end as before,
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
    told.other_person_id
from ({entities}) as told
join ingest.sealed as sealed on sealed.seq = told.seq
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
    select {columns_before} from {history} as b where b.id = c.id and b.seq_to = c.seq limit 1
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
    and (seen.is_after or seen.is_before)
    and (c.op <> 'changed' or c.changed_fields && shown.fields)
"""

_NO_CHANGE = """
select
    null::bigint as seq, null::timestamptz as recorded_at, null::text as entity, null::uuid as id, null::text as op,
    null::text[] as changed_fields, null::text[] as categories, null::uuid as person_id, null::text as site_code,
    null::text as unit_code, null::jsonb as before, null::jsonb as record, null::text as source_system,
    null::text[] as unreliable_dates, null::uuid as other_person_id
where false
"""

_FRESHNESS = """
select
    source.name as source_system,
    last.sealed_at as last_sealed_at,
    greatest(batch.as_at, heard.at) as extract_as_at,
    source.expected_every_seconds,
    refused.at as refused_at,
    batch.finished_at as loaded_at,
    batch.dated_by,
    ending.at as ended_at,
    last.seq
from {asking}
cross join ingest.source as source
left join lateral (
    select sealed.seq, sealed.sealed_at, sealed.batch_id
    from ingest.sealed as sealed
    where sealed.source_system = source.name and {is_sealed}
    order by sealed.seq desc
    limit 1
) as last on true
left join ingest.batch as batch on batch.id = last.batch_id
left join lateral (
    select max(late.finished_at) as at
    from ingest.batch as late
    where
        late.source_system = source.name
        and late.status = 'refused'
        and not late.is_set_aside
        and (
            batch.id is null
            or late.machine_started_at > batch.machine_started_at and late.as_at >= batch.as_at
        )
        and {was_known}
) as refused on true
left join lateral (
    select max(tried.began_at) as at
    from ingest.fetch_try as tried
    where tried.source_system = source.name and tried.is_confirmed and batch.id is not null and {was_heard}
) as heard on true
left join lateral (
    select ended.ended_at as at
    from ingest.source_ending as ended
    where ended.source_system = source.name and {was_ended}
    order by ended.id desc
    limit 1
) as ending on true
where {mine} and source.kind <> 'staff'
"""

# INVARIANT: of what a run found nothing is told as known before it was made, nor of one over what was not known then.
_QUALITY = """
select
    source.name as source_system,
    run.ran_at as checked_at,
    run.seq >= last.seq as is_current,
    found.entity,
    found.field,
    found.check_name,
    found.severity,
    found.bad,
    found.of
from {asking}
cross join ingest.source as source
left join lateral (
    select max(sealed.seq) as seq
    from ingest.sealed as sealed
    where sealed.source_system = source.name and {is_sealed}
) as last on true
left join lateral (
    select quality_run.id, quality_run.ran_at, quality_run.seq
    from ingest.quality_run as quality_run
    where {was_known} and {is_seen}
    order by quality_run.seq desc, quality_run.ran_at desc, quality_run.id desc
    limit 1
) as run on true
left join ingest.quality_finding as found
    on found.run_id = run.id and found.source_system = source.name and {is_told}
where {mine} and source.kind <> 'staff'
"""

_ISSUES = """
select
    source.name as source_system,
    issue.entity,
    issue.field,
    issue.code,
    issue.severity,
    count(*) as count
from {asking}
cross join ingest.source as source
cross join lateral (
    select sealed.batch_id as id
    from ingest.sealed as sealed
    where sealed.source_system = source.name and {is_sealed}
    order by sealed.seq desc
    limit 1
) as latest
join ingest.issue as issue on issue.batch_id = latest.id
where
    {mine}
    and not exists (
        select from ingest.source_ending as ended where ended.source_system = source.name and {was_ended}
    )
group by source.name, issue.entity, issue.field, issue.code, issue.severity
"""


class FeedViews:
    """Composes the views that stand beside the entities."""

    def __init__(self, entities: Sequence[Entity], *, views: EntityViews, asking: Asking) -> None:
        self._entities = entities
        self._views = views
        self._asking = asking

    def change(self) -> sql.Composable:
        """One row per change of a row that the audience sees, or saw until it changed."""
        parts = [self._change(entity) for entity in self._entities if self._views.rules(entity).grants]
        if not parts:
            return sql.SQL(_NO_CHANGE)
        return sql.SQL(_CHANGES).format(entities=sql.SQL(" union all ").join(parts))

    def freshness(self) -> sql.Composable:
        """One row per source system; `refused_at` only of a delivery after the one that is in the record."""
        return self._of_sources(_FRESHNESS)

    def quality(self, *, is_whole: bool) -> sql.Composable:
        """One row per source system, or per finding of the last run where it found something in what the source gave.

        Args:
            is_whole: with the findings; without them only when it was checked.
        """
        asking = self._asking
        return sql.SQL(_QUALITY).format(
            asking=asking.source,
            mine=asking.is_mine,
            is_sealed=asking.was_sealed(sql.Identifier("sealed", "seq")),
            was_known=asking.was_known(sql.Identifier("quality_run", "ran_at")),
            is_seen=asking.was_sealed(sql.Identifier("quality_run", "seq")),
            is_told=TRUE if is_whole else sql.SQL("false"),
        )

    def issues(self) -> sql.Composable:
        """One row per kind of fault in the latest batch of each source; numbers, never a value."""
        return self._of_sources(_ISSUES)

    def _of_sources(self, text: LiteralString) -> sql.Composed:
        asking = self._asking
        is_sealed = asking.was_sealed(sql.Identifier("sealed", "seq"))
        was_known = asking.was_known(sql.Identifier("late", "finished_at"))
        was_heard = asking.was_known(sql.Identifier("tried", "ended_at"))
        was_ended = sql.SQL("({} and (ended.resumed_at is null or not {}))").format(
            asking.was_known(sql.Identifier("ended", "ended_at")),
            asking.was_known(sql.Identifier("ended", "resumed_at")),
        )
        return sql.SQL(text).format(
            asking=asking.source,
            mine=asking.is_mine,
            is_sealed=is_sealed,
            was_known=was_known,
            was_heard=was_heard,
            was_ended=was_ended,
        )

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
