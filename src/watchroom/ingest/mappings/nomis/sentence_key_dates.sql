-- One row per booking: the dates of its latest calculation, where an overriding date wins over the calculated
-- one, and the confirmed date of release, which may stand without any calculation.
with latest as (
    select c.*
    from OFFENDER_SENT_CALCULATIONS as c
    qualify
        row_number() over (
            partition by c.OFFENDER_BOOK_ID
            order by
                wall_clock(bare(c.CALCULATION_DATE)) desc nulls last,
                abs(parse_number(c.OFFENDER_SENT_CALCULATION_ID)) desc nulls last,
                c.source_row desc
        ) = 1
)
select
    coalesce(c.source_table, r.source_table) as source_table,
    coalesce(c.source_row, r.source_row) as source_row,
    coalesce(c.OFFENDER_BOOK_ID, r.OFFENDER_BOOK_ID) as source_key,
    person_place.site_code,
    person_place.unit_code,
    coalesce(booking.person_key, 'booking ' || coalesce(c.OFFENDER_BOOK_ID, r.OFFENDER_BOOK_ID)) as person_key,
    coalesce(c.OFFENDER_BOOK_ID, r.OFFENDER_BOOK_ID) as episode_key,
    c.CALCULATION_DATE as calculated_on,
    c.CALC_REASON_CODE as reason_source_value,
    coalesce(c.SED_OVERRIDED_DATE, c.SED_CALCULATED_DATE) as sentence_expiry_on,
    coalesce(c.LED_OVERRIDED_DATE, c.LED_CALCULATED_DATE) as licence_expiry_on,
    coalesce(c.CRD_OVERRIDED_DATE, c.CRD_CALCULATED_DATE) as conditional_release_on,
    coalesce(c.ARD_OVERRIDED_DATE, c.ARD_CALCULATED_DATE) as automatic_release_on,
    coalesce(c.NPD_OVERRIDED_DATE, c.NPD_CALCULATED_DATE) as non_parole_on,
    coalesce(c.PRRD_OVERRIDED_DATE, c.PRRD_CALCULATED_DATE) as post_recall_release_on,
    coalesce(c.PED_OVERRIDED_DATE, c.PED_CALCULATED_DATE) as parole_eligibility_on,
    coalesce(c.HDCED_OVERRIDED_DATE, c.HDCED_CALCULATED_DATE) as home_detention_curfew_eligibility_on,
    coalesce(c.TARIFF_OVERRIDED_DATE, c.TARIFF_CALCULATED_DATE) as tariff_on,
    r.RELEASE_DATE as confirmed_release_on
from latest as c
full outer join OFFENDER_RELEASE_DETAILS as r on c.OFFENDER_BOOK_ID = r.OFFENDER_BOOK_ID
left join booking on coalesce(c.OFFENDER_BOOK_ID, r.OFFENDER_BOOK_ID) = booking.booking_key
left join person_place on booking.person_key = person_place.person_key
