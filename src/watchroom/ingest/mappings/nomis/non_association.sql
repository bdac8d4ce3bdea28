-- Two rows per pair and period: one for each direction. NOMIS keeps both directions itself; where only one was
-- delivered, the other is made from it. A pair without details is in force, its reach unknown.
with said as (
    select
        coalesce(d.source_table, n.source_table) as source_table,
        coalesce(d.source_row, n.source_row) as source_row,
        coalesce(n.OFFENDER_ID, d.OFFENDER_ID) as OFFENDER_ID,
        coalesce(n.NS_OFFENDER_ID, d.NS_OFFENDER_ID) as NS_OFFENDER_ID,
        coalesce(d.TYPE_SEQ, '0') as TYPE_SEQ,
        coalesce(d.NS_REASON_CODE, n.NS_REASON_CODE) as NS_REASON_CODE,
        coalesce(d.RECIP_NS_REASON_CODE, n.RECIP_NS_REASON_CODE) as RECIP_NS_REASON_CODE,
        d.NS_TYPE,
        d.NS_EFFECTIVE_DATE,
        d.NS_EXPIRY_DATE,
        d.COMMENT_TEXT
    from OFFENDER_NON_ASSOCIATIONS as n
    full outer join OFFENDER_NA_DETAILS as d
        on n.OFFENDER_ID = d.OFFENDER_ID and n.NS_OFFENDER_ID = d.NS_OFFENDER_ID
),
directed as (
    select *, false as is_made from said
    union all by name
    select
        said.* replace (
            said.NS_OFFENDER_ID as OFFENDER_ID,
            said.OFFENDER_ID as NS_OFFENDER_ID,
            said.RECIP_NS_REASON_CODE as NS_REASON_CODE,
            said.NS_REASON_CODE as RECIP_NS_REASON_CODE
        ),
        true as is_made
    from said
)
select
    directed.source_table,
    directed.source_row,
    directed.OFFENDER_ID || '/' || directed.NS_OFFENDER_ID || '/' || directed.TYPE_SEQ as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(own.person_key, 'offender ' || directed.OFFENDER_ID) as person_key,
    coalesce(other.person_key, 'offender ' || directed.NS_OFFENDER_ID) as other_person_key,
    directed.NS_REASON_CODE as role_source_value,
    directed.RECIP_NS_REASON_CODE as other_role_source_value,
    directed.NS_REASON_CODE as reason_source_value,
    directed.NS_TYPE as restriction_source_value,
    directed.NS_EFFECTIVE_DATE as from_on,
    directed.NS_EXPIRY_DATE as to_on,
    coalesce(parse_day(directed.NS_EXPIRY_DATE) > cast(getvariable('extract_at') as date), true) as is_open,
    directed.COMMENT_TEXT as comment
from directed
left join offender as own on directed.OFFENDER_ID = own.offender_key
left join offender as other on directed.NS_OFFENDER_ID = other.offender_key
left join person_place on own.person_key = person_place.person_key
qualify
    row_number() over (
        partition by directed.OFFENDER_ID, directed.NS_OFFENDER_ID, directed.TYPE_SEQ
        order by directed.is_made, directed.source_row
    ) = 1
