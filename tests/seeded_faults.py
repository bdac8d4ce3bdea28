"""One fault for each check of quality: what is done to the record, and which result alone tells of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that is planted.

    Attributes:
        entity, field: of the result that tells of it.
        does: statements that plant it.
        bad: by how much the bad rows grow.
    """

    entity: str
    does: str
    field: str | None = None
    bad: int = 1


def alert(field: str | None, change: str, where: str = "true", *, entity: str = "alert") -> Fault:
    """A fault of one alert that nothing else is wrong with."""
    return Fault(
        entity=entity,
        field=field,
        does=f"""
        update record.alert as t set {change} where t.id = (
            select a.id from record.alert as a inner join record.person as p on a.person_id = p.id
            where p.sex_code = 'M' and p.died_on is null and a.unreliable_dates = '{{}}'
            and a.kind_code is not null and a.person_id in (
                select b.person_id from record.alert as b group by b.person_id having count(*) > 1
            ) and ({where}) order by a.id limit 1)""",
    )


# Before the faults: a world in which each check has something to look at.
WORLD = """
update record.custody_episode set unreliable_dates = '{}', begun_at = '2017-03-01' where id in (
    select n.episode_id from record.case_note as n);
update record.person set died_on = '2018-01-01' where id = (
    select n.person_id from record.case_note as n inner join record.custody_episode as e on n.episode_id = e.id
    where e.is_active and e.ended_at is null order by n.id limit 1);
update record.person set died_on = '2026-05-01', birth_date = '1960-01-01' where id = (
    select p.id from record.person as p
    where p.id not in (select e.person_id from record.custody_episode as e)
        and p.id not in (select e.person_id from record.alert as e) order by p.id limit 1);
insert into record.find (id, agency_code, source_system, source_key, batch_id, recorded_from, seq_from, classification,
    realness, basis, is_restricted, unreliable_dates, quantity, unit)
select gen_random_uuid(), 'HMPPS', 'nomis', '1', batch.id, now(), 1, 'OFFICIAL', 'real', 'recorded', false, '{}', 2, 'g'
from ingest.batch limit 1;
insert into ingest.batch (source_system, agency_code, as_at, started_at, status, seq)
values ('nomis', 'HMPPS', '2026-01-01', '2026-01-01', 'sealed', 0);
insert into ingest.file (batch_id, name, sha256, header, row_count)
select earlier.id, file.name, file.sha256, file.header, file.row_count
from ingest.file cross join ingest.batch as earlier where earlier.seq = 0;
insert into ingest.control_total (source_system, entity, told_at, number)
select 'nomis', 'alert', (select max(sealed_at) from ingest.sealed), count(*) from record.alert
where source_system = 'nomis';
"""
# A delivery before it that looks the same.
LATER = """
insert into ingest.delivery_profile (source_system, seq, entity, field, code, number, of)
select source_system, 0, entity, field, code, number, of from ingest.delivery_profile where seq = 1;
"""

_IN_CELL = """
select e.id from record.custody_episode as e inner join record.location as c on e.location_id = c.id
where e.is_active and e.in_out_code = 'IN' and c.kind_code = 'CELL' and c.site_code = e.site_code
    and e.location_id in (
        select o.location_id from record.custody_episode as o where o.is_active
        group by o.location_id having count(*) = 1)
order by e.id limit 1"""

FAULTS = {
    "source_is_stale": Fault(entity="source", does="update ingest.source set expected_every_seconds = 1"),
    "rows_quarantined": Fault(
        entity="batch",
        does="update ingest.batch set totals = jsonb_set(totals, '{rows,quarantined}', '1015') where seq = 1",
        bad=1000,
    ),
    "reference_missing": Fault(
        entity="batch",
        does="""insert into ingest.issue (batch_id, source_system, code, severity, message)
        select id, source_system, 'reference_missing', 'convention', 'planted' from ingest.batch where seq = 1""",
    ),
    "volume_changed": Fault(
        entity="batch",
        does="""update ingest.file set row_count = row_count * 10 where name = 'OFFENDERS.csv' and batch_id in (
        select id from ingest.batch where seq = 0)""",
    ),
    "cell_over_capacity": Fault(
        entity="location",
        does=f"""update record.location set working_capacity = 0, max_capacity = 0 where id = (
        select location_id from record.custody_episode where id = ({_IN_CELL}))""",
    ),
    "booking_without_cell": Fault(
        entity="custody_episode",
        does=f"""update record.custody_episode as t set location_id = (
            select w.id from record.location as w where w.site_code = t.site_code and w.kind_code <> 'CELL' limit 1
        ) where t.id = ({_IN_CELL})""",
    ),
    "booking_in_another_establishment": Fault(
        entity="custody_episode",
        does=f"""update record.custody_episode as t set location_id = (
            select w.id from record.location as w where w.site_code <> t.site_code and w.kind_code = 'CELL'
            and coalesce(w.working_capacity, w.max_capacity, 1) > 0
            and w.id not in (select e.location_id from record.custody_episode as e where e.location_id is not null)
            limit 1
        ) where t.id = ({_IN_CELL})""",
    ),
    "two_bookings_in_force": Fault(
        entity="person",
        does="""update record.custody_episode as t set is_active = true, in_out_code = 'OUT', person_id = (
            select e.person_id from record.custody_episode as e inner join record.person as p on e.person_id = p.id
            where e.is_active and p.died_on is null order by e.id limit 1
        ) where t.id = (select e.id from record.custody_episode as e where not e.is_active order by e.id limit 1)""",
    ),
    "prison_number_shared": Fault(
        entity="person",
        does="""update record.person set prison_number = (
            select p.prison_number from record.person as p group by p.prison_number having count(*) = 1
            order by p.prison_number limit 1
        ) where id = (
            select p.id from record.person as p where p.prison_number in (
                select q.prison_number from record.person as q group by q.prison_number having count(*) = 1
            ) order by p.prison_number desc limit 1)""",
        bad=2,
    ),
    "alert_past_its_end": alert(None, "is_active = true", "not a.is_active and a.active_to < '2026-07-01'"),
    "birth_date_implausible": Fault(
        entity="person",
        does="""update record.person set birth_date = '1912-01-01' where id = (
        select e.person_id from record.custody_episode as e inner join record.person as p on e.person_id = p.id
        where e.is_active and p.birth_date between '1940-01-01' and '2000-01-01' order by e.id limit 1)""",
    ),
    "cell_sharing_unassessed": Fault(
        entity="custody_episode",
        does="""update record.cell_sharing_risk as t set episode_id = (
            select max(o.episode_id::text)::uuid from record.cell_sharing_risk as o where o.episode_id <> t.episode_id
        ) where t.episode_id = (
            select o.episode_id from record.cell_sharing_risk as o
            inner join record.custody_episode as e on o.episode_id = e.id
            where e.is_active and e.in_out_code = 'IN'
            group by o.episode_id having count(*) = 1 order by o.episode_id limit 1)""",
    ),
    "code_unmapped": alert("kind_code", "kind_code = null"),
    "date_unreliable": alert("active_from", "unreliable_dates = '{active_from}'"),
    "table_missing": Fault(entity="line_status", does="drop table record.line_status"),
    "field_missing": Fault(entity="line_status", does="alter table record.line_status drop column reason"),
    "type_differs": Fault(
        entity="line_status", does="alter table record.line_status alter column reason type varchar(9)"
    ),
    "key_not_held": Fault(entity="line_status", does="drop index record.line_status__source_system_source_key"),
    "required_blank": Fault(
        entity="location",
        field="path",
        does="""update record.location set path = ' ' where id = (
        select l.id from record.location as l where l.kind_code <> 'CELL' order by l.id limit 1)""",
    ),
    "owner_missing": alert("person_id", "person_id = gen_random_uuid()"),
    "link_broken": alert("episode_id", "episode_id = gen_random_uuid()"),
    "code_foreign": alert("kind_code", "kind_code = 'NOT A CODE'"),
    "code_of_other_kind": alert("kind_code", "type_code = 'A'", "a.type_code = 'X'"),
    "code_withdrawn": alert("kind_code", "kind_code = '{withdrawn}', type_code = '{parent}'"),
    "source_value_missing": alert("kind_code", "kind_source_value = null"),
    "value_missing": alert("comment", "comment = null", "a.comment is not null"),
    "people_without": Fault(
        entity="alert",
        does="""update record.alert as t set person_id = (
            select b.person_id from record.alert as b inner join record.person as p on b.person_id = p.id
            where p.died_on is null group by b.person_id having count(*) > 1 limit 1
        ) where t.person_id = (
            select b.person_id from record.alert as b inner join record.custody_episode as e
            on b.person_id = e.person_id where e.is_active group by b.person_id having count(*) = 1 limit 1)""",
    ),
    "value_too_low": Fault(
        entity="location",
        field="max_capacity",
        does="""update record.location set max_capacity = -1 where id = (
        select l.id from record.location as l where l.kind_code <> 'CELL' and l.max_capacity >= 0 order by l.id limit 1
        )""",
    ),
    "value_too_high": Fault(
        entity="sentence_key_dates",
        field="sentence_expiry_on",
        does="""update record.sentence_key_dates set sentence_expiry_on = '2200-01-01' where id = (
        select l.id from record.sentence_key_dates as l where l.sentence_expiry_on is not null
        order by l.id limit 1)""",
    ),
    "happened_in_future": Fault(
        entity="incident_report",
        field="reported_at",
        does="""update record.incident_report set reported_at = '2026-08-01' where id = (
        select i.id from record.incident_report as i where i.occurred_at < i.reported_at and i.unreliable_dates = '{}'
        order by i.id limit 1)""",
    ),
    "born_in_future": Fault(
        entity="person",
        field="birth_date",
        does="""update record.person set birth_date = '2030-01-01' where id = (
        select p.id from record.person as p where p.birth_date is not null and p.died_on is null
        and not exists (select from ingest.change as c where c.person_id = p.id and c.entity <> 'person')
        order by p.id limit 1)""",
    ),
    "ends_before_start": alert(
        "active_to", "active_to = active_from - 1", "not a.is_active and a.active_to >= a.active_from"
    ),
    "out_of_turn": Fault(
        entity="incident_report",
        field="reported_at",
        does="""update record.incident_report set reported_at = occurred_at - interval '1 day' where id = (
        select i.id from record.incident_report as i where i.occurred_at < i.reported_at and i.unreliable_dates = '{}'
        order by i.id limit 1)""",
    ),
    "before_birth": alert("active_from", "active_from = '1920-01-01'", "p.birth_date > '1940-01-01'"),
    "after_death": Fault(
        entity="case_note",
        field="occurred_at",
        does="""update record.case_note set occurred_at = '2018-02-01' where id = (
        select n.id from record.case_note as n inner join record.person as p on n.person_id = p.id
        inner join record.custody_episode as e on n.episode_id = e.id
        where p.died_on = '2018-01-01' and e.is_active and e.ended_at is null order by n.id limit 1)""",
    ),
    "active_after_death": alert(
        None,
        "person_id = (select d.id from record.person as d where d.died_on = '2026-05-01')",
        "a.is_active and a.active_from > '1970-01-01'",
    ),
    "outside_episode": Fault(
        entity="case_note",
        field="occurred_at",
        does="""update record.case_note as t set occurred_at = (
            select e.begun_at - interval '30 days' from record.custody_episode as e where e.id = t.episode_id
        ) where t.id = (
            select n.id from record.case_note as n inner join record.custody_episode as e on n.episode_id = e.id
            where not 'occurred_at' = any(n.unreliable_dates) and n.occurred_at between e.begun_at and now()
            order by n.id limit 1)""",
    ),
    "sex_contradicted": alert("kind_code", "kind_code = 'PGWCP', type_code = 'M'"),
    "unit_missing": Fault(entity="find", field="quantity", does="update record.find set unit = ' '"),
    "codes_drifted": Fault(
        entity="location",
        field="kind_code",
        does="""update ingest.delivery_profile set number = number * 3
        where seq < 1 and entity = 'location' and field = 'kind_code' and code <> 'CELL'""",
        bad=-1,
    ),
    "fill_dropped": Fault(
        entity="location",
        field="max_capacity",
        does="""update ingest.delivery_profile set number = number + 100
        where seq < 1 and entity = 'location' and field = 'max_capacity' and code is null""",
        bad=100,
    ),
    "records_changed": Fault(
        entity="location",
        does="""update ingest.delivery_profile set number = number * 3
        where seq < 1 and entity = 'location' and field is null""",
        bad=-1,
    ),
    "total_differs": Fault(entity="alert", does="update ingest.control_total set number = number + 1"),
}
