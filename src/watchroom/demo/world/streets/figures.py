"""Every figure of the streets, with where it comes from.

Where a series is named, the figure is our rounding of what it publishes for England (and Wales), to be held against
`rates.toml`; `ours` says that nobody publishes it, and that it was set so that a control room's night looks right.
Nothing here is a row of anybody's data.
"""

from dataclasses import dataclass

from watchroom.demo.world.happenings_streets import Agency, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of occasion, as one agency takes it.

    Attributes:
        name: of it.
        grades: weights of the grades 1 to 4.
        scene: minutes that a crew is there, on average; of an ambulance with the way to hospital and the wait there.
        crews: how many are sent, on average.
        attended: share to which anybody goes.
        calls: how many people call about one, on average.
        passes: to which other agency it is passed, what that one takes it for, and how often.
        on_road: share that lies on a road which the road control centre watches.
    """

    name: str
    grades: tuple[int, int, int, int]
    scene: float = 40
    crews: float = 1.1
    attended: float = 0.9
    calls: float = 1.15
    passes: tuple[tuple[Agency, str, float], ...] = ()
    on_road: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A number that people call, and what they call about.

    Attributes:
        agency: whose control room answers.
        line: the number.
        calls: for each resident in a year.
        kept: share of occasions that become an incident; the others end with the call.
        hours: weights of the hours of a day from 00:00 on, from Monday to Friday.
        weekend: the same of Saturday and Sunday.
        days: weights of the days from Monday on.
        kinds: weights of kinds.
        answered: seconds until a call is answered, on average.
    """

    agency: Agency
    line: Line
    calls: float
    kept: float
    hours: tuple[int, ...]
    weekend: tuple[int, ...]
    days: tuple[float, ...]
    kinds: tuple[tuple[str, float], ...]
    answered: float


_POLICE, _AMBULANCE, _FIRE = Agency.POLICE, Agency.AMBULANCE, Agency.FIRE

# Grades of the police: shares ours, after graded-response targets that forces publish (15 minutes, an hour, two days,
# by telephone). Time on scene and crews: ours. What is passed on: ours, after the joint doctrine's (JESIP) reasons.
POLICE_KINDS = (
    Kind(name="domestic", grades=(45, 45, 10, 0), scene=75, crews=1.7, passes=((_AMBULANCE, "assault", 0.06),)),
    Kind(name="concern", grades=(30, 55, 15, 0), scene=60, crews=1.2, passes=((_AMBULANCE, "sick", 0.18),)),
    Kind(name="antisocial", grades=(8, 42, 40, 10), scene=25, attended=0.7),
    Kind(name="violence", grades=(50, 35, 15, 0), scene=70, crews=1.8, passes=((_AMBULANCE, "assault", 0.2),)),
    Kind(name="suspicious", grades=(35, 45, 20, 0), scene=25, crews=1.3),
    Kind(
        name="collision",
        grades=(45, 35, 20, 0),
        scene=70,
        crews=1.6,
        calls=2.2,
        passes=((_AMBULANCE, "traffic", 0.4), (_FIRE, "road_collision", 0.04)),
        on_road=0.25,
    ),
    Kind(name="obstruction", grades=(20, 50, 30, 0), scene=30, attended=0.7, calls=1.5, on_road=0.35),
    Kind(name="theft", grades=(5, 20, 60, 15), attended=0.5),
    Kind(name="shoplifting", grades=(12, 30, 45, 13), scene=35, attended=0.6),
    Kind(name="burglary", grades=(20, 35, 45, 0), scene=55, crews=1.3),
    Kind(name="damage", grades=(10, 30, 55, 5), scene=35, attended=0.6),
    Kind(name="vehicle_crime", grades=(8, 17, 65, 10), scene=30, attended=0.4),
    Kind(name="public_order", grades=(45, 40, 15, 0), scene=35, crews=1.8, calls=1.3),
    Kind(name="harassment", grades=(5, 25, 60, 10), scene=45, attended=0.6),
    Kind(name="missing", grades=(30, 60, 10, 0), scene=90, crews=1.2, attended=1.0, calls=1.1),
    Kind(
        name="threat_to_self", grades=(75, 25, 0, 0), scene=90, crews=1.7, passes=((_AMBULANCE, "mental_health", 0.5),)
    ),
    Kind(name="robbery", grades=(70, 30, 0, 0), scene=80, crews=2.4),
    Kind(name="weapons", grades=(85, 15, 0, 0), scene=50, crews=3.0, calls=1.4),
    Kind(name="drugs", grades=(10, 40, 45, 5), scene=35, attended=0.5),
    Kind(name="alarm", grades=(55, 45, 0, 0), scene=20, crews=1.2),
    Kind(name="abandoned", grades=(10, 30, 50, 10), scene=15, attended=0.25, calls=1.05),
    Kind(name="fraud", grades=(0, 5, 55, 40), attended=0.1),
    Kind(name="message", grades=(0, 5, 45, 50), scene=20, attended=0.15),
)
# Categories of the ambulance service after its quality indicators (NHS England, Ambulance Systems Indicators): about
# one in ten is category 1, more than half category 2. Kinds after the chief complaints that services publish.
AMBULANCE_KINDS = (
    Kind(name="breathing", grades=(15, 80, 5, 0), scene=85),
    Kind(name="chest_pain", grades=(4, 94, 2, 0), scene=90),
    Kind(name="fall", grades=(2, 25, 65, 8), scene=80, calls=1.2),
    Kind(name="unconscious", grades=(30, 68, 2, 0), scene=75, crews=1.3, calls=1.2),
    Kind(name="sick", grades=(1, 35, 58, 6), scene=80),
    Kind(name="stroke", grades=(1, 98, 1, 0), scene=85),
    Kind(name="seizure", grades=(20, 75, 5, 0), scene=70, crews=1.2, calls=1.2),
    Kind(name="overdose", grades=(6, 60, 34, 0), scene=85, passes=((_POLICE, "concern", 0.12),)),
    Kind(name="mental_health", grades=(2, 45, 50, 3), scene=85, passes=((_POLICE, "threat_to_self", 0.25),)),
    Kind(name="abdominal", grades=(0, 40, 57, 3), scene=80),
    Kind(name="bleeding", grades=(5, 60, 35, 0), scene=75),
    Kind(name="injury", grades=(3, 40, 52, 5), scene=75),
    Kind(name="cardiac_arrest", grades=(100, 0, 0, 0), scene=90, crews=2.3, calls=1.3),
    Kind(name="maternity", grades=(15, 60, 25, 0), scene=70),
    Kind(name="diabetic", grades=(8, 77, 15, 0), scene=60),
    Kind(name="allergic", grades=(20, 60, 20, 0), scene=60),
    Kind(name="assault", grades=(8, 62, 30, 0), scene=75, passes=((_POLICE, "violence", 0.6),)),
    Kind(
        name="traffic",
        grades=(12, 68, 20, 0),
        scene=80,
        crews=1.4,
        calls=2.2,
        passes=((_POLICE, "collision", 0.9), (_FIRE, "road_collision", 0.07)),
        on_road=0.25,
    ),
    Kind(name="transfer", grades=(0, 35, 40, 25), scene=90, calls=1.02),
)
# Kinds after the incident recording system (Home Office, Fire statistics): two in five are false alarms, three in ten
# fires, three in ten other help. Attendance times: the same, about nine minutes to a fire in a dwelling.
FIRE_KINDS = (
    Kind(name="alarm_automatic", grades=(100, 0, 0, 0), scene=20, crews=1.2, attended=0.8, calls=1.1),
    Kind(
        name="dwelling_fire",
        grades=(100, 0, 0, 0),
        scene=80,
        crews=2.4,
        attended=1.0,
        calls=3.2,
        passes=((_POLICE, "concern", 0.6), (_AMBULANCE, "breathing", 0.45)),
    ),
    Kind(
        name="building_fire",
        grades=(100, 0, 0, 0),
        scene=120,
        crews=3.0,
        attended=1.0,
        calls=3.5,
        passes=((_POLICE, "obstruction", 0.6),),
    ),
    Kind(
        name="vehicle_fire",
        grades=(100, 0, 0, 0),
        scene=45,
        attended=1.0,
        calls=2.4,
        passes=((_POLICE, "obstruction", 0.5),),
        on_road=0.4,
    ),
    Kind(name="secondary_fire", grades=(60, 40, 0, 0), scene=35, attended=0.95, calls=1.5),
    Kind(name="chimney_fire", grades=(100, 0, 0, 0), scene=55, attended=1.0),
    Kind(
        name="road_collision",
        grades=(100, 0, 0, 0),
        scene=60,
        crews=1.8,
        attended=1.0,
        calls=2.0,
        passes=((_POLICE, "collision", 0.95), (_AMBULANCE, "traffic", 0.85)),
        on_road=0.55,
    ),
    Kind(name="flooding", grades=(20, 60, 20, 0), scene=50, attended=0.8, calls=1.2),
    Kind(name="entry", grades=(70, 30, 0, 0), scene=30, passes=((_AMBULANCE, "sick", 0.3), (_POLICE, "concern", 0.2))),
    Kind(name="lift", grades=(0, 80, 20, 0), scene=35),
    Kind(name="animal", grades=(0, 40, 60, 0), scene=60),
    Kind(name="substance", grades=(60, 40, 0, 0), scene=80, crews=1.6),
    Kind(name="water_rescue", grades=(100, 0, 0, 0), scene=80, crews=2.2, calls=2.0),
    Kind(name="good_intent", grades=(80, 20, 0, 0), scene=20, calls=1.6),
    Kind(name="other_help", grades=(20, 50, 30, 0), scene=40),
)
KINDS: dict[Agency, dict[str, Kind]] = {
    agency: {kind.name: kind for kind in kinds}
    for agency, kinds in ((_POLICE, POLICE_KINDS), (_AMBULANCE, AMBULANCE_KINDS), (_FIRE, FIRE_KINDS))
}

# Hours and days of 999 calls and of the ambulance: as the mixes `calls_by_hour`, `calls_by_hour_weekend`,
# `calls_by_weekday` and `ambulance_by_hour` of rates.toml state them. Those of 101 and of the fire service: ours, after
# what forces and the Home Office (Fire statistics, by hour of day) publish. Kinds of the police: near the mix
# `police_incident_types`; what is crime among them after street-level crime of data.police.uk (the shape of one county
# in two months). About four in five calls are not of crime. Kinds of the fire service: near the mix `fire_types`.
_AMBULANCE_HOURS = (33, 29, 26, 24, 23, 24, 28, 35, 44, 51, 54, 54, 52, 50, 49, 49, 50, 51, 52, 51, 49, 46, 42, 34)
_FIRE_HOURS = (27, 22, 18, 16, 14, 14, 17, 24, 33, 41, 45, 48, 51, 52, 53, 55, 60, 64, 66, 66, 62, 54, 44, 35)
_OTHER_HOURS = (13, 9, 7, 5, 4, 5, 9, 20, 42, 60, 66, 66, 63, 60, 60, 62, 64, 62, 56, 48, 41, 34, 26, 19)
DOORS = (
    Door(
        agency=_POLICE,
        line=Line.EMERGENCY,
        calls=0.176,  # as `calls_999_police` of rates.toml
        kept=0.80,  # ours: the others are abandoned, silent, or no business of anybody's
        hours=(32, 25, 20, 17, 14, 14, 18, 27, 37, 41, 44, 47, 49, 50, 52, 56, 59, 61, 64, 65, 63, 58, 50, 41),
        weekend=(64, 54, 44, 35, 22, 16, 16, 20, 28, 34, 39, 43, 46, 48, 50, 52, 55, 57, 60, 62, 62, 60, 56, 52),
        days=(13.6, 13.4, 13.5, 13.7, 14.9, 16.1, 14.8),
        kinds=(
            *(("domestic", 17), ("concern", 14), ("violence", 11), ("antisocial", 9), ("suspicious", 11)),
            *(("collision", 8), ("obstruction", 4), ("public_order", 8), ("burglary", 3), ("theft", 3)),
            *(("shoplifting", 2), ("damage", 2), ("missing", 2), ("threat_to_self", 4), ("robbery", 0.7)),
            *(("weapons", 0.8), ("alarm", 1.5), ("abandoned", 8), ("drugs", 0.6), ("vehicle_crime", 1)),
        ),
        answered=9,
    ),
    Door(
        agency=_POLICE,
        line=Line.OTHER,
        calls=0.416,  # as `calls_101` of rates.toml, the switchboard included
        kept=0.42,  # ours, so that incidents are as many as `police_incidents` states
        hours=_OTHER_HOURS,
        weekend=_OTHER_HOURS,
        days=(1.13, 1.08, 1.06, 1.05, 1.04, 0.86, 0.78),
        kinds=(
            *(("theft", 9), ("harassment", 9), ("antisocial", 14), ("vehicle_crime", 6), ("damage", 7)),
            *(("message", 18), ("fraud", 5), ("concern", 8), ("drugs", 5), ("shoplifting", 4), ("missing", 2.2)),
            *(("burglary", 3), ("obstruction", 4), ("collision", 3), ("suspicious", 4), ("violence", 4)),
        ),
        answered=140,
    ),
    Door(
        agency=_AMBULANCE,
        line=Line.EMERGENCY,
        calls=0.182,  # as `ambulance_calls` of rates.toml
        kept=0.89,  # ours, so that incidents are as many as `ambulance_incidents` states
        hours=_AMBULANCE_HOURS,
        weekend=_AMBULANCE_HOURS,
        days=(1.04, 0.99, 0.98, 0.98, 1.0, 1.01, 1.0),
        kinds=(
            *(("breathing", 11), ("chest_pain", 10), ("fall", 15), ("unconscious", 9), ("sick", 11)),
            *(("stroke", 4), ("seizure", 4), ("overdose", 4), ("mental_health", 5), ("abdominal", 5)),
            *(("bleeding", 4), ("injury", 4), ("cardiac_arrest", 1.5), ("maternity", 1), ("diabetic", 1.5)),
            *(("allergic", 1), ("assault", 1.3), ("traffic", 1.6), ("transfer", 6)),
        ),
        answered=6,
    ),
    Door(
        agency=_FIRE,
        line=Line.EMERGENCY,
        calls=0.0144,  # ours, so that incidents are as many as `fire_incidents` of rates.toml states
        kept=0.95,
        hours=_FIRE_HOURS,
        weekend=_FIRE_HOURS,
        days=(0.99, 0.98, 0.98, 0.98, 1.01, 1.04, 1.02),
        kinds=(
            *(("alarm_automatic", 36), ("dwelling_fire", 4.5), ("building_fire", 2.5), ("vehicle_fire", 3.5)),
            *(("secondary_fire", 11), ("chimney_fire", 0.5), ("road_collision", 5), ("flooding", 4), ("entry", 11)),
            *(("lift", 2), ("animal", 1), ("substance", 1), ("water_rescue", 0.5), ("good_intent", 14)),
            ("other_help", 10),
        ),
        answered=6,
    ),
)

# Of calls about the same happening, the share that a call taker writes to an incident of its own; it is closed as a
# duplicate later. Ours.
MADE_TWICE = 0.16
# Minutes until what one agency passes on is keyed by the other: median and spread of a lognormal. Ours, after what
# reviews of joint incidents tell of calls between control rooms (two minutes at best, a quarter of an hour at worst).
REKEYED = (4.2, 0.55)
# Shares of incidents, ours: graded anew; looked at by a supervisor; a crew stood down on its way.
GRADED_ANEW, REVIEWED, STOOD_DOWN = 0.07, 0.10, 0.12
# Minutes before an incident of that grade is resourced at all, where crews are free: ours; of the ambulance so that its
# answers take as long as `ambulance_minutes_category_1`, `_2` and `_3` of rates.toml state.
HELD_BACK = {
    Agency.POLICE: (1.0, 9.0, 190.0, 0.0),
    Agency.AMBULANCE: (0.6, 19.0, 75.0, 110.0),
    Agency.FIRE: (1.2, 2.0, 8.0, 15.0),
}
# Kilometres in an hour with blue lights, in towns and between them; and without. Ours.
SPEED = (44.0, 30.0)
# Crews for 100,000 residents by day and by night. Ours, so that grade 1 is met in most cases and grade 3 waits.
CREWS = {Agency.POLICE: (5.8, 5.4), Agency.AMBULANCE: (7.2, 5.2), Agency.FIRE: (2.2, 2.2)}
# Share of shifts lost to sickness: ours, after police and fire workforce statistics and the NHS sickness absence rates
# of ambulance trusts; crews are of two, so half of it leaves a gap.
SICK = {Agency.POLICE: 0.04, Agency.AMBULANCE: 0.08, Agency.FIRE: 0.03}
# How often in a year a control room's system is down, and for how many minutes on average. Ours.
OUTAGES, OUTAGE_MINUTES = 5.0, 75.0

# Missing people, as `missing_children`, `missing_risks` (high, medium, low, none apparent), `missing_found_in_a_day`
# and `missing_found_in_two_days` of rates.toml state them; the last two make the median and spread of a lognormal in
# hours. Children missing from care: ours, after the reports of the NCA's Missing Persons Unit.
MISSING_CHILD, MISSING_FROM_CARE = 0.61, 0.27
MISSING_RISK = (0.13, 0.68, 0.14, 0.05)
MISSING_HOURS = (6.6, 1.9)
MISSING_DAYS_AT_MOST = 6

# On roads, for a county in a day or year: ours, after the mix of the live feed of London's roads (planned works most),
# and so that what is not planned is as frequent as `road_disruptions` of rates.toml states.
BREAKDOWNS_A_DAY, WORKS_A_YEAR = 3.5, 90
CONGESTED = {8: 0.35, 17: 0.45}
# Floods in a year for a county, and the shares that come to a warning and to a severe warning. Ours: the Environment
# Agency issues one severe warning to some hundred others; here they are more frequent, so that a year has one.
FLOODS, FLOOD_WARNED, FLOOD_SEVERE = 5.0, 0.5, 0.08
PROTESTS_A_YEAR = 16.0
