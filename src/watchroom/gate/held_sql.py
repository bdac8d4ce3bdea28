"""Rows of deliveries that were held back, for whoever has the duty to keep the data, as SQL (ADR 37).

No record came of them, so no clause can be asked about them row by row. What is told of each is where it stands and
why it is held. Its values are shown only where the policy lets the asker see everything of the entity that was to be
made of it, on whatever row, and where nobody can be in it who is hidden from them, nor a record.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import LiteralString

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.exclusion_sql import CASES
from watchroom.gate.rows_sql import text_array
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.policy.clauses import Duty
from watchroom.policy.conditions import ALWAYS, All, Condition, Not, Some
from watchroom.policy.decision import Decision, Grant
from watchroom.policy.evaluate import Facts, evaluate

_HELD = """
select
    held.source_system,
    held.batch_id,
    held.file,
    file.table_name,
    held.row,
    held.entities,
    held.codes,
    held.fields,
    file.header as columns,
    case
        when
            (held.entities <@ {open} or (held.entities <@ {about_people} and cardinality({hidden}) = 0))
            and cardinality({records}) = 0
            and batch.lineage is not null
            and not exists (
                select
                from ingest.column_use as used
                where
                    used.lineage = batch.lineage
                    and used.entity = any (held.entities)
                    and used.field = any ({marks})
            )
            then raw.fields
    end as values
from (
    select
        latest.source_system,
        latest.batch_id,
        issue.file,
        issue.row,
        array_agg(distinct coalesce(issue.entity, '')) as entities,
        array_agg(issue.code order by issue.code, issue.field) as codes,
        array_agg(issue.field order by issue.code, issue.field) as fields
    from {source}
    cross join ingest.source as source
    cross join lateral (
        select sealed.source_system, sealed.batch_id
        from ingest.sealed as sealed
        where
            sealed.source_system = source.name
            and {is_sealed}
            and sealed.seq >= coalesce(
                (
                    select max(whole.seq)
                    from ingest.sealed as whole
                    inner join ingest.batch as kept on kept.id = whole.batch_id
                    where
                        whole.source_system = source.name
                        and {whole_is_sealed}
                        and (kept.is_full or exists (select from ingest.roll as roll where roll.batch_id = kept.id))
                ),
                0
            )
    ) as latest
    inner join ingest.issue as issue on issue.batch_id = latest.batch_id and issue.holds
    where {mine} and {on_duty}
    group by latest.source_system, latest.batch_id, issue.file, issue.row
) as held
cross join {again}
left join ingest.batch as batch on batch.id = held.batch_id
left join ingest.file as file on file.batch_id = held.batch_id and file.name = held.file
left join ingest.raw_row as raw on raw.file_id = coalesce(file.same_as, file.id) and raw.row = held.row
"""


# INVARIANT: in the order of the places of `held_rows`, so that a page goes on where the last one ended.
HELD_PAGE: LiteralString = """
    select *
    from {}.{}
    where
        source_system = %(source)s
        and (%(table)s::text is null or table_name is null or table_name = %(table)s)
        and (%(code)s::text is null or %(code)s = any(codes))
        and (
            %(after_file)s::text is null
            or (file, batch_id, row) > (%(after_file)s, %(after_batch)s::uuid, %(after_row)s::bigint)
        )
    order by file, batch_id, row
    limit %(most)s
"""
"""One page of the rows of a source; names of the schema and of the relation stand in the two places."""

# How a row is marked of which its mapping says nothing. One of which it says something is shown to nobody, for who
# knows what it would have said.
_MARKED: Mapping[str, object] = {
    "classification": "official",
    "sharing_restriction": None,
    "realness": "actual",
    "basis": "fact",
    "is_restricted": False,
}
_NOTHING_KNOWN = Facts(now=datetime.min.replace(tzinfo=UTC), today=date.min, values={}, clearances=())


def held_rows(decision: Decision, *, model: Catalogue, asking: Asking) -> sql.Composable:
    """One row per row that is held back of a source; `values` NULL: they are not shown."""
    days = [(first, last) for duty, first, last in decision.duties if duty is Duty.QUALITY_COUNTS]
    on_duty = sql.SQL(" or ").join(
        sql.SQL("({} between {} and {})").format(asking.today, sql.Literal(first), sql.Literal(last))
        for first, last in days
    )
    # INVARIANT: a clause opens no row on a day on which it does not hold, so its days are those of the duty.
    seen = [one for one in model.entities.values() if _is_wholly_open(one, decision, asking) and len(set(days)) == 1]
    return sql.SQL(_HELD).format(
        marks=text_array(sorted(_MARKED)),
        open=text_array([entity.name for entity in seen if not entity.about_person and entity.name not in CASES]),
        about_people=text_array([entity.name for entity in seen]),
        hidden=asking.hidden_people,
        records=asking.hidden_records,
        source=asking.source,
        again=asking.source,
        mine=asking.is_mine,
        is_sealed=asking.was_sealed(sql.Identifier("sealed", "seq")),
        whole_is_sealed=asking.was_sealed(sql.Identifier("whole", "seq")),
        on_duty=sql.SQL("({})").format(on_duty) if days else sql.SQL("false"),
    )


def _is_wholly_open(entity: Entity, decision: Decision, asking: Asking) -> bool:
    """Whether some clause shows every row of the entity, and every field of it whole; an exclusion is a condition."""
    wanted = {"source_key", *(field.name for field in entity.fields)}
    excluding = [exclusion.conditions.get(entity.name) for exclusion in decision.exclusions]
    is_excluded = any(one is not None and not _spares(one) for one in excluding)
    is_cleared = _MARKED["classification"] in asking.clearances
    return (
        is_cleared
        and not is_excluded
        and any(
            _shows_all(grant, wanted) and (Duty.QUALITY_COUNTS, grant.valid_from, grant.valid_to) in decision.duties
            for grant in decision.rows_of(entity.name)
        )
    )


def _spares(condition: Condition) -> bool:
    """Whether the condition of an exclusion is known to be false of a row of which only the marks are known."""
    return _named(condition) <= _MARKED.keys() and evaluate(condition, _MARKED, _NOTHING_KNOWN) is False


def _named(condition: Condition) -> set[str]:
    match condition:
        case All() | Some():
            return {name for part in condition.parts for name in _named(part)}
        case Not():
            return _named(condition.part)
        case _:
            return {condition.column}


def _shows_all(grant: Grant, wanted: set[str]) -> bool:
    clause = grant.clause
    return (
        clause.condition == ALWAYS
        and not clause.masks
        and wanted <= set(clause.fields)
        and _MARKED["classification"] in grant.classifications
    )
