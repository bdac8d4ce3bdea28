-- Who is named by exactly one prison number; an event that names nobody, or two people, is nobody's. Blanks and capitals
-- tell no two numbers apart.
create table named as
select
    p.EVENT_KEY as event_key,
    upper(replace(any_value(p.VALUE), ' ', '')) as number
from DOMAIN_EVENT_PERSON as p
where p.TYPE = 'NOMS'
group by p.EVENT_KEY
having count(distinct upper(replace(p.VALUE, ' ', ''))) = 1;

-- One row per event. `subject` says what it is about; null: a pointer of which nothing is taken.
create table event as
select
    e.source_table,
    e.source_row,
    e.OBJECT_KEY as event_key,
    e.OBJECT_REALNESS as realness,
    e.OCCURRED_AT as occurred_at,
    offset_point(e.OCCURRED_AT) as happened,
    e.EVENT_TYPE as event_type,
    named.number,
    detail.alert_key,
    detail.alert_kind,
    detail.reason,
    detail.prison,
    case
        when e.EVENT_TYPE in ('person.alert.created', 'person.alert.inactive', 'person.alert.deleted') then 'alert'
        when e.EVENT_TYPE in ('prison-offender-events.prisoner.received', 'prison-offender-events.prisoner.released')
            then 'movement'
    end as subject,
    case e.EVENT_TYPE when 'person.alert.deleted' then 2 when 'person.alert.inactive' then 1 else 0 end as rank,
    offset_point(e.OCCURRED_AT) is not null and named.number is not null
    and coalesce(
        e.EVENT_TYPE in ('prison-offender-events.prisoner.received', 'prison-offender-events.prisoner.released')
        or e.EVENT_TYPE in ('person.alert.created', 'person.alert.inactive', 'person.alert.deleted')
        and detail.alert_key is not null,
        false
    ) as is_told
from DOMAIN_EVENT as e
left join named on e.OBJECT_KEY = named.event_key
left join (
    select
        d.EVENT_KEY as event_key,
        max(d.VALUE) filter (where d.NAME = 'alertUuid') as alert_key,
        max(d.VALUE) filter (where d.NAME = 'alertCode') as alert_kind,
        max(d.VALUE) filter (where d.NAME = 'reason') as reason,
        max(d.VALUE) filter (where d.NAME = 'prisonId') as prison
    from DOMAIN_EVENT_DETAIL as d
    group by d.EVENT_KEY
) as detail on e.OBJECT_KEY = detail.event_key;
