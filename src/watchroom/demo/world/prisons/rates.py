"""Figures of the prisons: how often what happens, each with where it comes from, in words.

They are to be exchanged for those of `rates.toml`; a test holds what happens to them. Figures with the name of a
statistic are those published for England and Wales, rounded; where none is, "ours" says that it is an assumption.
"""

# Safety in custody statistics: incidents in a year per 1,000 people held, of men and of women (2023 to 2025, rounded).
SELF_HARM = {"M": 740.0, "F": 5800.0}
# The same: assaults on people held, and on staff; of all assaults one in nine is serious.
ASSAULTS_ON_HELD = 240.0
ASSAULTS_ON_STAFF = 120.0
FIGHTS = 130.0
SERIOUS = 0.11
# The same: deaths of all causes.
DEATHS = 3.9
# The same: of self-harm, what needs a hospital; how it is done.
SELF_HARM_OUTSIDE = 0.05
METHODS = (0.62, 0.19, 0.19)

# Offender management statistics: admissions in a year for each person held, by the kind of prison; 1.6 for the
# service, and more here, where two of three prisons serve courts.
ARRIVALS = {"local": 3.4, "women and young": 2.2}
# The same: of admissions, those on remand, on sentence, and recalled.
COMING = (0.50, 0.26, 0.20, 0.04)
# Ours: moves from a local prison to one for training, in a year for each person held in the local one.
ONWARDS = 0.85
FROM_AFAR = 0.06
# Offender management statistics: adjudications in a year per 1,000 people held; of charges, two thirds are proved.
CHARGES = 2200.0
FINDINGS = (0.66, 0.12, 0.14, 0.05, 0.03)
PLEAS = (0.58, 0.28, 0.14)
# The same: finds in a year per 1,000 people held, by what is found.
FINDS = 330.0
FOUND = (0.34, 0.26, 0.14, 0.10, 0.06, 0.10)

# Ours: care plans opened in a year per 1,000 people held, beside those that follow self-harm and a first night.
PLANS = 330.0
PLAN_AFTER_SELF_HARM = 0.5
PLAN_AT_FIRST_NIGHT = 0.07
# Ours: for how many days a plan stays open, and how many are open at a time per 100 people held.
PLAN_DAYS = 15.0
PLANS_OPEN = 3.4
# Ours: of observations, those more than ten minutes late, and those never made.
LATE, MISSED = 0.07, 0.012

# Ours: active alerts per 100 people held, by code, as somebody has them some days after reception.
ALERTS = {
    "ROM": 28.0, "ROH": 21.0, "HS": 24.0, "HC": 13.0, "XVL": 17.0, "RDV": 19.0, "RKC": 15.0, "P1": 13.0, "P2": 3.0,
    "RCC": 9.0, "XB": 5.0, "XSA": 5.0, "RSS": 4.0, "XA": 4.0, "MAS": 8.0, "MEP": 2.0, "LCE": 7.0, "OIOM": 6.0,
    "XCU": 2.0, "VU": 3.0, "TM": 1.5, "TG": 1.0, "TSE": 0.7, "XR": 2.0, "XEL": 0.3, "WO": 4.0, "XRF": 4.0, "OVI": 3.0,
}  # fmt: skip
# Nobody has both of two of these.
RIVALS = {"ROM": "ROH", "ROH": "ROM", "P1": "P2", "P2": "P1", "SR": "SO", "SO": "SR"}
ALERTS_PROTECTED = {"VOP": 80.0, "SR": 55.0, "SO": 15.0}
# Ours: alerts raised and ended in a year per 100 people held, beside those of care plans and receptions.
ALERTS_RAISED = 95.0
ALERTS_ENDED = 90.0

# Incentives statistics of the service: shares on basic, standard and enhanced.
LEVELS = (0.05, 0.55, 0.40)
LEVEL_CHANGES = 1.5

# Ours: of a day, per 100 people held.
VISITS = 5.5
OFFICIAL_VISITS = 0.8
APPOINTMENTS = 14.0
NOTES = 20.0
BELLS = 70.0
MEALS_REFUSED = 1.1
MEDICATION_MISSED = 1.4
DEBTS = 0.12
BAD_NEWS = 0.07
SEARCHES = 1.6
OUTPATIENTS = 0.25
ESCORTS_CANCELLED = 0.22
EMERGENCIES = 0.05
CELL_MOVES = 0.9
CELLS_CLOSED = 0.06
KEPT_APART = 0.05
# Ours: for how many days a cell stays out of use; of cells, how many are out at a time.
CELL_DAYS = 9.0

# Ours: what becomes of visits: held, cancelled by visitor, by the prison, refused, not come, ended by staff.
VISITED = (0.80, 0.07, 0.02, 0.02, 0.08, 0.01)
# Ours: what a court does with somebody on remand, each time.
COURT = (0.61, 0.06, 0.06, 0.125, 0.05, 0.02, 0.025, 0.02, 0.03)
DAYS_BETWEEN_HEARINGS = (14, 34)
BY_VIDEO = 0.45

# Ours: officers of a wing on early, late and night shift, per 60 people; of those on the rota, who is sick.
OFFICERS = {"early": 5.0, "late": 4.0, "night": 1.0}
SICK = 0.055
LENT = 0.5

# Ours: of people held, those who may not share a cell; of reviews of that which are due, those that are made on a day,
# and those that change it.
NOT_SHARING = 0.06
SHARING_REVIEWED, SHARING_CHANGED = 0.4, 0.06
