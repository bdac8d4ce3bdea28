"""The code lists of three control rooms; each has its own, and no two agree.

The lists are made up in the manner of the real ones: incident categories as police forces count them, complaints with a
letter for their urgency as ambulance services triage, types as fire services report them. None of them is anybody's.
"""

from dataclasses import dataclass

from watchroom.demo.world.happenings_streets import Agency, Result, UnitState

Code = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a control room writes.

    Attributes:
        system: the name of its system.
        owner: the agency's name.
        mark: the letters with which its numbers begin.
        types: by kind of occasion.
        grades: of grade 1 to 4.
        states: of a unit.
        results: how incidents end.
        is_upper: it writes in capitals.
        is_local: its times are those of the county's clocks, with their offset; else UTC.
    """

    system: str
    owner: str
    mark: str
    types: dict[str, Code]
    grades: tuple[Code, Code, Code, Code]
    states: dict[UnitState, Code]
    results: dict[Result, Code]
    is_upper: bool
    is_local: bool


_POLICE_TYPES: dict[str, Code] = {
    "domestic": ("V40", "Domestic incident"),
    "concern": ("W10", "Concern for safety"),
    "antisocial": ("A20", "Anti-social behaviour - nuisance"),
    "violence": ("C11", "Violence against the person"),
    "suspicious": ("W31", "Suspicious circumstances"),
    "collision": ("T51", "Road traffic collision"),
    "obstruction": ("T56", "Highway disruption"),
    "theft": ("C32", "Theft - other"),
    "shoplifting": ("C33", "Theft - shop"),
    "burglary": ("C21", "Burglary"),
    "damage": ("C41", "Criminal damage"),
    "vehicle_crime": ("C35", "Vehicle crime"),
    "public_order": ("C13", "Public order"),
    "harassment": ("C14", "Harassment and malicious communications"),
    "missing": ("W15", "Missing person"),
    "threat_to_self": ("W12", "Threat to self"),
    "robbery": ("C25", "Robbery"),
    "weapons": ("C52", "Weapons"),
    "drugs": ("C61", "Drugs"),
    "alarm": ("W60", "Alarm - premises"),
    "abandoned": ("X05", "Abandoned or silent call"),
    "fraud": ("C71", "Fraud"),
    "message": ("X20", "Message and administration"),
}
_AMBULANCE_TYPES: dict[str, Code] = {
    "breathing": ("B06", "Breathing problems"),
    "chest_pain": ("B10", "Chest pain"),
    "fall": ("B17", "Fall"),
    "unconscious": ("B31", "Unconscious or fainting"),
    "sick": ("B26", "Sick person"),
    "stroke": ("B28", "Stroke symptoms"),
    "seizure": ("B12", "Fitting"),
    "overdose": ("B23", "Overdose or poisoning"),
    "mental_health": ("B25", "Mental health or suicidal thoughts"),
    "abdominal": ("B01", "Abdominal pain"),
    "bleeding": ("B21", "Bleeding"),
    "injury": ("B30", "Injury"),
    "cardiac_arrest": ("B09", "Cardiac arrest"),
    "maternity": ("B24", "Maternity"),
    "diabetic": ("B13", "Diabetic problems"),
    "allergic": ("B02", "Allergic reaction"),
    "assault": ("B04", "Assault"),
    "traffic": ("B29", "Road traffic collision"),
    "transfer": ("B35", "Request of a health professional"),
}
_FIRE_TYPES: dict[str, Code] = {
    "alarm_automatic": ("FA1", "Automatic fire alarm"),
    "dwelling_fire": ("P11", "Fire - dwelling"),
    "building_fire": ("P12", "Fire - other building"),
    "vehicle_fire": ("P14", "Fire - vehicle"),
    "secondary_fire": ("S10", "Fire - secondary, outdoor"),
    "chimney_fire": ("P19", "Fire - chimney"),
    "road_collision": ("SS1", "Special service - RTC"),
    "flooding": ("SS4", "Special service - flooding"),
    "entry": ("SS7", "Special service - effecting entry"),
    "lift": ("SS6", "Special service - lift release"),
    "animal": ("SS8", "Special service - animal"),
    "substance": ("SS5", "Special service - hazardous materials"),
    "water_rescue": ("SS3", "Special service - water rescue"),
    "good_intent": ("FA2", "False alarm - good intent"),
    "other_help": ("SS9", "Special service - assist other agency"),
}
STYLES: dict[Agency, Style] = {
    Agency.POLICE: Style(
        system="ORRIN-COMMAND",
        owner="Orrinshire Police",
        mark="OP",
        types=_POLICE_TYPES,
        grades=(("G1", "Immediate"), ("G2", "Priority"), ("G3", "Scheduled"), ("G4", "Resolved without attendance")),
        states={
            UnitState.SENT: ("05D", "Dispatched"),
            UnitState.ON_WAY: ("05", "En route"),
            UnitState.ON_SCENE: ("06", "At scene"),
            UnitState.STOOD_DOWN: ("02S", "Stood down"),
            UnitState.CLEAR: ("02", "Clear"),
        },
        results={
            Result.DEALT_WITH: ("R01", "Dealt with, no further action"),
            Result.REPORT: ("R10", "Crime or incident report raised"),
            Result.ARREST: ("R12", "Arrest"),
            Result.NO_TRACE: ("R04", "Area searched, no trace"),
            Result.FALSE_ALARM: ("R05", "False call, good intent"),
            Result.BY_TELEPHONE: ("R02", "Resolved by telephone"),
            Result.DUPLICATE: ("R90", "Duplicate"),
            Result.FOUND: ("R20", "Missing person located"),
        },
        is_upper=True,
        is_local=False,
    ),
    Agency.AMBULANCE: Style(
        system="OAS-TRIAGE-CAD",
        owner="Orrinshire Ambulance Service",
        mark="OA",
        types=_AMBULANCE_TYPES,
        grades=(("C1", "Category 1"), ("C2", "Category 2"), ("C3", "Category 3"), ("C4", "Category 4")),
        states={
            UnitState.SENT: ("ALLOC", "Allocated"),
            UnitState.ON_WAY: ("MOB", "Mobile to incident"),
            UnitState.ON_SCENE: ("ATS", "At scene"),
            UnitState.STOOD_DOWN: ("SD", "Stand down"),
            UnitState.CLEAR: ("CLR", "Clear and available"),
        },
        results={
            Result.DEALT_WITH: ("D09", "Other"),
            Result.TO_HOSPITAL: ("D01", "Conveyed to emergency department"),
            Result.LEFT_THERE: ("D03", "Treated at scene"),
            Result.NO_TRACE: ("D05", "No patient found"),
            Result.BY_TELEPHONE: ("D04", "Hear and treat"),
            Result.DUPLICATE: ("D90", "Duplicate call"),
        },
        is_upper=False,
        is_local=True,
    ),
    Agency.FIRE: Style(
        system="OFRS-MOBILISE",
        owner="Orrinshire Fire and Rescue Service",
        mark="OF",
        types=_FIRE_TYPES,
        grades=(
            ("PDA", "Full attendance"),
            ("RED", "Reduced attendance"),
            ("NRM", "Normal road speed"),
            ("ADV", "Advice"),
        ),
        states={
            UnitState.SENT: ("MO", "Mobilised"),
            UnitState.ON_WAY: ("PR", "Proceeding"),
            UnitState.ON_SCENE: ("IA", "In attendance"),
            UnitState.STOOD_DOWN: ("RT", "Returned before arrival"),
            UnitState.CLEAR: ("AV", "Available"),
        },
        results={
            Result.DEALT_WITH: ("STOP1", "Stop - dealt with"),
            Result.FALSE_ALARM: ("STOP2", "Stop - false alarm"),
            Result.BY_TELEPHONE: ("NOAT", "Not attended - call challenged"),
            Result.DUPLICATE: ("DUPL", "Repeat call"),
        },
        is_upper=True,
        is_local=True,
    ),
}
