"""How often things happen with the community's agencies, each figure with where it is from.

Published counts are for England and Wales. `assumed` says that nothing was at hand.
"""

from watchroom.demo.world.county import TOWNS
from watchroom.demo.world.happenings_courts import Decision
from watchroom.demo.world.happenings_police_custody import Disposal, Marker, Offence, Watch
from watchroom.demo.world.happenings_probation import Kept, Register

RESIDENTS = sum(town.residents for town in TOWNS)

# Police custody.
# Home Office, year ending March 2024: 720,506 arrests, by 60.9 million residents.
ARRESTS_PER_RESIDENT_YEAR = 11.8 / 1000
# The same source: 309,071 for violence, 58,275 for drugs; the rest is split as assumed.
ARREST_OFFENCES = {
    Offence.VIOLENCE: 309_071,
    Offence.DRUGS: 58_275,
    Offence.THEFT: 86_000,
    Offence.BURGLARY: 22_000,
    Offence.PUBLIC_ORDER: 72_000,
    Offence.DAMAGE: 43_000,
    Offence.SEXUAL: 36_000,
    Offence.ROBBERY: 18_000,
    Offence.WEAPONS: 22_000,
    Offence.OTHER: 54_160,
}
# Assumed: a long evening, with a second rise when warrants are served in the morning.
ARRESTS_BY_HOUR = (
    *(4.6, 4.1, 3.6, 2.9, 2.2, 2.0, 2.9, 4.1, 4.3, 4.0, 3.9, 3.8),
    *(3.7, 3.8, 4.0, 4.2, 4.5, 4.8, 5.0, 5.3, 5.6, 5.8, 5.7, 5.2),
)
# Assumed, as `custody_disposals` of the rates: two of five who are charged are kept for court.
DISPOSALS = {
    Disposal.COURT: 0.11,
    Disposal.CHARGED: 0.16,
    Disposal.BAIL: 0.30,
    Disposal.INVESTIGATION: 0.10,
    Disposal.OUT_OF_COURT: 0.05,
    Disposal.NO_ACTION: 0.25,
    Disposal.ELSEWHERE: 0.03,
}
# Assumed: a night or a morning; without a superintendent or a warrant nobody stays beyond 24 hours.
CUSTODY_HOURS, CUSTODY_LIMIT = 13.0, 23.5
# Assumed.
WATCHES = {Watch.GENERAL: 0.62, Watch.INTERMITTENT: 0.30, Watch.CONSTANT: 0.06, Watch.CLOSE: 0.02}
MARKERS = {
    Marker.SELF_HARM: 0.22,
    Marker.SUICIDAL: 0.08,
    Marker.MENTAL: 0.30,
    Marker.ALCOHOL: 0.27,
    Marker.DRUGS: 0.25,
    Marker.MEDICATION: 0.32,
    Marker.VIOLENT: 0.14,
    Marker.INJURY: 0.10,
}
SOLICITOR, ADULT, HEALTHCARE = 0.52, 0.16, 0.42
REVIEWS_LATE, REVIEWS_BY_TELEPHONE, VISITS_LATE = 0.06, 0.35, 0.07
# Assumed, of detentions; most of those who do were known to.
HURT_IN_CELL = 0.01
# Assumed: one of five who are arrested is under probation at the time.
ARRESTS_UNDER_SUPERVISION = 0.20

# Courts.
# Assumed: hearings on a working day for a county of 374,000, beside those of people from police custody.
MAGISTRATES_A_DAY, CROWN_A_DAY = 24.0, 7.0
# Assumed; 44,000 of the 79,000 whom the police keep for court in a year are received on remand.
FROM_CUSTODY = {
    Decision.REMANDED: 0.55,
    Decision.BAILED: 0.24,
    Decision.PRISON: 0.07,
    Decision.ORDER: 0.05,
    Decision.SUSPENDED: 0.03,
    Decision.FINED: 0.04,
    Decision.WITHDRAWN: 0.02,
}
# Ministry of Justice, sentencing 2023: four of five who are sentenced are fined; the rest is split as assumed.
FROM_HOME = {
    Decision.FINED: 0.44,
    Decision.ADJOURNED: 0.22,
    Decision.ORDER: 0.075,
    Decision.SUSPENDED: 0.04,
    Decision.DISCHARGED: 0.06,
    Decision.SENT_UP: 0.05,
    Decision.PRISON: 0.03,
    Decision.WITHDRAWN: 0.05,
    Decision.ACQUITTED: 0.02,
    Decision.WARRANT: 0.015,
}
AT_CROWN = {
    Decision.ADJOURNED: 0.40,
    Decision.PRISON: 0.24,
    Decision.SUSPENDED: 0.16,
    Decision.ORDER: 0.08,
    Decision.ACQUITTED: 0.09,
    Decision.WITHDRAWN: 0.03,
}
# Assumed; inspections of escorts name late vans again and again.
VANS_LATE = 0.18

# Probation.
# Offender management statistics, 2024: 240,497 people, by 60.9 million residents.
CASELOAD_PER_RESIDENT = 395 / 100_000
# The same source: 7,415, 9,782 and 9,975 recalls in three quarters, by 240,000.
RECALLS_PER_PERSON_YEAR = 151 / 1000
# Assumed.
CASELOAD_OF_AN_OFFICER = 43
KEPT = {Kept.KEPT: 0.79, Kept.DISRUPTIVE: 0.02, Kept.EXCUSED: 0.08, Kept.MISSED: 0.11}
SENTENCES = (0.34, 0.20, 0.46)
# Assumed shares of the caseload; nearly all under public protection are managed by one agency.
REGISTERS = {
    Register.MAPPA: 0.24,
    Register.VERY_HIGH: 0.004,
    Register.HIGH: 0.12,
    Register.MEDIUM: 0.52,
    Register.SELF_HARM: 0.17,
    Register.ARSON: 0.02,
    Register.ABUSER: 0.27,
    Register.ABUSED: 0.06,
    Register.CHILDREN: 0.14,
    Register.CHILD_CONCERNS: 0.11,
    Register.STAFF: 0.07,
    Register.WEAPONS: 0.12,
    Register.SEX_OFFENDER: 0.11,
    Register.GANG: 0.04,
}
MAPPA_LEVELS = (0.985, 0.013, 0.002)
RESTRICTED, EXCLUDED = 0.010, 0.006

# Health, for people in custody.
# Assumed, in a year for one person: doctor, nurse, mental health, dentist and the rest; hospitals apart.
APPOINTMENTS_PER_PERSON_YEAR = 14.0
HOSPITAL_PER_PERSON_YEAR = 1.15
# Nuffield Trust, 2020: 40 of a hundred hospital appointments of people in custody are missed; the other is assumed.
HOSPITAL_MISSED, CLINIC_MISSED = 0.40, 0.15
# Assumed.
ON_MEDICATION, DOSES_MISSED, FLAGGED = 0.45, 0.02, 0.12
EMERGENCIES_PER_PERSON_YEAR, LEFT_BEFORE_SEEN = 0.18, 0.07
RETURNED_PER_PERSON_YEAR = 0.35

# Children.
# Assumed share of residents under 18: the census has 21 of a hundred.
CHILDREN_PER_RESIDENT = 0.21
# Department for Education: 70 per 10,000 looked after (31 March 2024), 42.8 with a protection plan (31 March 2020).
LOOKED_AFTER_PER_CHILD, PLANS_PER_CHILD = 70 / 10_000, 42.8 / 10_000
# Assumed: referrals to a hub, and cases before a conference on domestic abuse (SafeLives asks for 40 per 10,000 women).
CONTACTS_PER_CHILD_YEAR, CONFERENCES_PER_RESIDENT_YEAR = 0.055, 17 / 10_000
# Assumed, of the flagged: on a school day.
ABSENT_FROM_SCHOOL = 0.11
