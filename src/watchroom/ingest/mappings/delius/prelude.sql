-- Tables that several entities need, made once per batch. Raw tables hold text and `source_table`, `source_row`;
-- their columns are written in CAPITALS, everything else in lower case. A raw table holds each of its keys once.

-- One row per entry of the reference lists.
create table listed as
select STANDARD_REFERENCE_LIST_ID as id, CODE_VALUE as code
from R_STANDARD_REFERENCE_LIST;

-- The code that a reference list gives for an id. The extract does not hold all lists: what is in none stands as
-- `id 545`, which no list of ours takes for a code.
create macro said(given) as coalesce(
    (select listed.code from listed where listed.id = bare(given)),
    'id ' || nullif(bare(given), '')
);

-- One row per person with a manager in the community: area and team of the one in force, else of the last.
create table managed as
select
    m.OFFENDER_ID as person_key,
    coalesce(area.CODE, 'id ' || m.PROBATION_AREA_ID) as site_code,
    coalesce(team.CODE, 'id ' || m.TEAM_ID) as unit_code
from OFFENDER_MANAGER as m
left join PROBATION_AREA as area on m.PROBATION_AREA_ID = area.PROBATION_AREA_ID
left join TEAM as team on m.TEAM_ID = team.TEAM_ID
where parse_flag(m.SOFT_DELETED) is distinct from true
qualify
    row_number() over (
        partition by m.OFFENDER_ID
        order by
            coalesce(parse_flag(m.ACTIVE_FLAG), false) desc,
            wall_clock(bare(m.ALLOCATION_DATE)) desc nulls last,
            m.source_row desc
    ) = 1;

-- One row per person whose record is kept from named staff, or from all but named staff. INVARIANT: whoever is not
-- certainly free of it is in here: an end that cannot be read or is not there does not end it. Whom a row is about must
-- be readable, or the delivery is refused: nobody could say whom to hide. By number, and not by how it is written: a
-- blank or a nought in front would show a person who is to be hidden.
create table kept_from_staff as
select parse_number(r.OFFENDER_ID) as person_number
from RESTRICTION as r
where parse_number(r.OFFENDER_ID) is not null and not is_over(r.RESTRICTION_END_DATE)
union
select parse_number(e.OFFENDER_ID)
from EXCLUSION as e
where parse_number(e.OFFENDER_ID) is not null and not is_over(e.EXCLUSION_END_DATE)
union
-- The person's own marks, also where they disagree with the rows.
select parse_number(o.OFFENDER_ID)
from OFFENDER as o
where
    (is_marked(o.CURRENT_RESTRICTION) or is_marked(o.CURRENT_EXCLUSION)) and parse_number(o.OFFENDER_ID) is not null;

-- One row per person: where they are supervised, which is what all rows about them are scoped by.
create table known as
select
    o.OFFENDER_ID as person_key,
    managed.site_code,
    managed.unit_code,
    coalesce(parse_flag(o.SOFT_DELETED), false) as is_deleted,
    parse_number(o.OFFENDER_ID) as person_number,
    coalesce(
        parse_number(o.OFFENDER_ID) in (select person_number from kept_from_staff), true
    ) as is_restricted
from OFFENDER as o
left join managed on o.OFFENDER_ID = managed.person_key;

-- One row per event (a conviction with what came of it): whose it is. The rows below it name a person as well and
-- often another one; Delius goes by the event, and so do we.
create table event_of as
select
    e.EVENT_ID as event_key,
    e.EVENT_NUMBER as number,
    known.person_key,
    known.site_code,
    known.unit_code,
    coalesce(known.is_restricted, true) as is_restricted,
    coalesce(parse_flag(e.SOFT_DELETED), false) or coalesce(known.is_deleted, false) as is_deleted
from EVENT as e
left join known on e.OFFENDER_ID = known.person_key;

-- One row per sentence that is not deleted: its event.
create table sentenced as
select d.DISPOSAL_ID as disposal_key, event_of.*
from DISPOSAL as d
inner join event_of on d.EVENT_ID = event_of.event_key
where parse_flag(d.SOFT_DELETED) is distinct from true and not event_of.is_deleted;

-- One row per event with a main offence.
create table main_charge as
select m.EVENT_ID as event_key, min(m.MAIN_OFFENCE_ID) as charge_id
from MAIN_OFFENCE as m
where parse_flag(m.SOFT_DELETED) is distinct from true
group by m.EVENT_ID;

-- One row per entry in a register that was ended: the last end.
create table deregistered as
select
    d.DEREGISTRATION_ID as id,
    d.REGISTRATION_ID as registration_key
from DEREGISTRATION as d
where parse_flag(d.SOFT_DELETED) is distinct from true
qualify
    row_number() over (
        partition by d.REGISTRATION_ID
        order by wall_clock(bare(d.DEREGISTRATION_DATE)) desc nulls last, d.source_row desc
    ) = 1;

-- One row per contact that is an appointment: somebody had to attend, did or did not, or an end was set.
create table appointment as
select c.CONTACT_ID as contact_key
from CONTACT as c
left join R_CONTACT_TYPE as kind on c.CONTACT_TYPE_ID = kind.CONTACT_TYPE_ID
where c.ATTENDED is not null or c.CONTACT_END_TIME is not null or parse_flag(kind.ATTENDANCE_CONTACT);
