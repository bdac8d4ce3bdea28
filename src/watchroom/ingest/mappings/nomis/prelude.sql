-- Tables that several entities need, made once per batch. Raw tables hold text and `source_table`, `source_row`;
-- their columns are written in CAPITALS, everything else in lower case. A raw table holds each of its keys once.

-- One row per place: its establishment and the wing that it lies in, found by walking up to a wing where people
-- live. Areas of type WING without a unit type are for activities and are no wings.
create table place as
with recursive up as (
    select
        l.INTERNAL_LOCATION_ID as location_key,
        l.AGY_LOC_ID as site_code,
        l.PARENT_INTERNAL_LOCATION_ID as parent_key,
        case when l.INTERNAL_LOCATION_TYPE = 'WING' and l.UNIT_TYPE is not null then l.DESCRIPTION end as unit_code,
        0 as steps
    from AGENCY_INTERNAL_LOCATIONS as l
    union all
    select
        up.location_key,
        up.site_code,
        l.PARENT_INTERNAL_LOCATION_ID,
        case when l.INTERNAL_LOCATION_TYPE = 'WING' and l.UNIT_TYPE is not null then l.DESCRIPTION end,
        up.steps + 1
    from up
    inner join AGENCY_INTERNAL_LOCATIONS as l on up.parent_key = l.INTERNAL_LOCATION_ID
    where up.unit_code is null and up.steps < 10
)
select
    location_key,
    min(site_code) as site_code,
    min(unit_code) as unit_code
from up
group by location_key;

-- One row per OFFENDERS row: the person whose name it is.
create table offender as
select
    o.OFFENDER_ID as offender_key,
    coalesce(o.ROOT_OFFENDER_ID, o.OFFENDER_ID) as person_key
from OFFENDERS as o;

-- One row per person.
create table known_person as
select person_key from offender group by person_key;

-- One row per booking: its person, the place where the person is, and whether it is the person's current one.
create table booking as
with said as (
    select
        b.OFFENDER_BOOK_ID as booking_key,
        -- The alias row leads to the person; what the booking itself says of the root is the second word.
        coalesce(offender.person_key, known_person.person_key, 'offender ' || b.OFFENDER_ID) as person_key,
        b.OFFENDER_ID as offender_key,
        b.AGY_LOC_ID as site_code,
        case when place.site_code = b.AGY_LOC_ID then place.unit_code end as unit_code,
        coalesce(parse_flag(b.ACTIVE_FLAG), false) as is_active,
        row_number() over (
            partition by coalesce(offender.person_key, known_person.person_key, b.OFFENDER_ID)
            order by
                coalesce(parse_flag(b.ACTIVE_FLAG), false) desc,
                coalesce(parse_number(b.BOOKING_SEQ), 99),
                wall_clock(bare(b.BOOKING_BEGIN_DATE)) desc nulls last,
                b.source_row
        ) as rank_of_person
    from OFFENDER_BOOKINGS as b
    left join offender on b.OFFENDER_ID = offender.offender_key
    left join known_person on b.ROOT_OFFENDER_ID = known_person.person_key
    left join place on b.LIVING_UNIT_ID = place.location_key
)
select
    booking_key,
    person_key,
    offender_key,
    site_code,
    unit_code,
    is_active,
    rank_of_person = 1 as is_current
from said;

-- One row per person with a booking: where the person is now, which is what all rows about the person are
-- scoped by. Somebody who is not in custody is at no site.
create table person_place as
select
    booking.person_key,
    case when booking.is_active then booking.site_code end as site_code,
    case when booking.is_active then booking.unit_code end as unit_code,
    booking.offender_key as working_offender_key,
    booking.is_active
from booking
where booking.is_current;

-- One row per booking with a categorisation: the latest active one.
create table categorised as
select
    a.OFFENDER_BOOK_ID as booking_key,
    max_by(
        coalesce(
            nullif(a.REVIEW_SUP_LEVEL_TYPE, 'PEND'),
            nullif(a.OVERRIDED_SUP_LEVEL_TYPE, 'PEND'),
            nullif(a.CALC_SUP_LEVEL_TYPE, 'PEND')
        ),
        (coalesce(parse_day(a.ASSESSMENT_DATE), date '0001-01-01'), coalesce(parse_number(a.ASSESSMENT_SEQ), 0))
    ) as category
from OFFENDER_ASSESSMENTS as a
inner join ASSESSMENTS as kind on a.ASSESSMENT_TYPE_ID = kind.ASSESSMENT_ID
where
    kind.ASSESSMENT_CLASS = 'TYPE'
    and kind.ASSESSMENT_CODE = 'CATEGORY'
    and a.ASSESS_STATUS = 'A'
    and a.EVALUATION_RESULT_CODE = 'APP'
group by a.OFFENDER_BOOK_ID;

-- One row per booking with a legal status: the one marked latest, else the last by time.
create table imprisoned as
select
    s.OFFENDER_BOOK_ID as booking_key,
    max_by(
        s.IMPRISONMENT_STATUS,
        (
            coalesce(parse_flag(s.LATEST_STATUS), false),
            coalesce(wall_clock(bare(coalesce(s.EFFECTIVE_TIME, s.EFFECTIVE_DATE))), timestamp '0001-01-01 00:00:00'),
            coalesce(parse_number(s.IMPRISON_STATUS_SEQ), 0)
        )
    ) as imprisonment_status
from OFFENDER_IMPRISON_STATUSES as s
group by s.OFFENDER_BOOK_ID;

-- One row per person: which OFFENDERS row gives the name in use.
create table name_in_use as
select
    offender.person_key,
    arg_min(
        offender.offender_key,
        (
            not coalesce(o.OFFENDER_ID = person_place.working_offender_key and person_place.is_active, false),
            o.OFFENDER_ID <> offender.person_key,
            o.source_row
        )
    ) as offender_key
from OFFENDERS as o
inner join offender on o.OFFENDER_ID = offender.offender_key
left join person_place on offender.person_key = person_place.person_key
group by offender.person_key;

-- One row per person with a profile: what the current booking says, of each kind the latest.
create table profiled as
with said as (
    select
        booking.person_key,
        p.PROFILE_TYPE as kind,
        max_by(p.PROFILE_CODE, (coalesce(parse_number(p.PROFILE_SEQ), 0), p.source_row)) as code
    from OFFENDER_PROFILE_DETAILS as p
    inner join booking on p.OFFENDER_BOOK_ID = booking.booking_key
    where booking.is_current and p.PROFILE_CODE is not null
    group by booking.person_key, p.PROFILE_TYPE
)
select
    person_key,
    min(code) filter (where kind = 'RELF') as religion,
    min(code) filter (where kind = 'NAT') as nationality,
    min(code) filter (where kind = 'SMOKE') as smoker,
    min(code) filter (where kind = 'IMM') as immigration
from said
group by person_key;

-- One row per person with a language: the one preferred for speaking, else the first one, of the current booking.
-- Where two are preferred nobody can say which, and none is told; an interpreter whom any row asks for is needed.
create table spoken as
with ranked as (
    select
        booking.person_key,
        l.LANGUAGE_CODE as code,
        l.INTERPRETER_REQUESTED_FLAG as flag,
        case l.LANGUAGE_TYPE when 'PREF_SPEAK' then 1 when 'PRIM' then 2 end as rank
    from OFFENDER_LANGUAGES as l
    inner join booking on l.OFFENDER_BOOK_ID = booking.booking_key
    where booking.is_current
),

best as (
    select person_key, min(rank) as rank from ranked group by person_key
)

select
    ranked.person_key,
    case
        when count(distinct ranked.code) filter (where ranked.rank = best.rank) = 1
            then min(ranked.code) filter (where ranked.rank = best.rank)
    end as language,
    max(ranked.flag) as needs_interpreter
from ranked
inner join best on ranked.person_key = best.person_key
group by ranked.person_key;

-- One row per CSIP report with a need in its plan: the first day of one.
create table planned as
select
    n.CSIP_ID as csip_key,
    arg_min(n.CREATE_DATE, coalesce(parse_day(n.CREATE_DATE), date '9999-12-31')) as opened_on
from OFFENDER_CSIP_PLANS as n
group by n.CSIP_ID;
