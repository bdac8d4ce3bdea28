"""What Delius calls things: ids and codes of its lists, and how it writes a day, which it does in three ways.

Lists that the development database of Delius lacks are not written either: what points into them stands as a number.
"""

from datetime import date, datetime

from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happenings_police_custody import Offence
from watchroom.demo.world.happenings_probation import Action, Ended, Kept, Kind, Register, Sentence

USER = 2500040507
ON_LICENCE, RELEASE_TYPE = 326, 1041
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SEXES = {"M": 545, "F": 546}
ETHNICITIES = {
    code: 600 + place
    for place, code in enumerate(
        (
            "A1",
            "A2",
            "A3",
            "A4",
            "A9",
            "B1",
            "B2",
            "B9",
            "M1",
            "M2",
            "M3",
            "M9",
            "O2",
            "O9",
            "W1",
            "W2",
            "W3",
            "W9",
            "NS",
        )
    )
}
ADDRESS, WITH_FAMILY, ROUGH, PREMISES = 1500288661, 1500288668, 1500288673, 1500288671
MAPPA = 27
MAPPA_LEVELS, MAPPA_CATEGORIES = {1: 1030, 2: 1031, 3: 1032}, {1: 1026, 2: 1027, 3: 1028}
# Code, words and colour of each register.
REGISTERS = {
    Register.MAPPA: (MAPPA, "MAPP", "MAPPA", "Red"),
    Register.VERY_HIGH: (2500112, "RVHR", "Very High RoSH", "Red"),
    Register.HIGH: (2500113, "RHRH", "High RoSH", "Red"),
    Register.MEDIUM: (2500114, "RMRH", "Medium RoSH", "Amber"),
    Register.SELF_HARM: (2500121, "ALSH", "Suicide/self-harm", "Red"),
    Register.ARSON: (2500122, "ARSO", "Arson", "Red"),
    Register.ABUSER: (2500131, "ADVP", "Domestic Abuse Perpetrator", "Red"),
    Register.ABUSED: (2500132, "ADVV", "Domestic Abuse Victim", "Amber"),
    Register.CHILDREN: (2500133, "RCHD", "Risk to Children", "Red"),
    Register.CHILD_CONCERNS: (2500134, "RCCO", "Child Concerns", "Amber"),
    Register.STAFF: (2500141, "RSTO", "Risk to Staff", "Red"),
    Register.WEAPONS: (2500142, "WEAP", "Weapons", "Amber"),
    Register.SEX_OFFENDER: (2500143, "ASOR", "Registered Sex Offender", "Red"),
    Register.GANG: (2500144, "STRG", "Street Gangs", "Amber"),
}
CONTACT_TYPES = {
    Kind.FIRST: (2500038043, "COAI", "Initial Appointment (NS)"),
    Kind.OFFICE: (2500038101, "COAP", "Planned Office Visit (NS)"),
    Kind.HOME: (2500038102, "CHVS", "Home Visit to Case (NS)"),
    Kind.TELEPHONE: (2500038103, "COPT", "Planned Telephone Contact (NS)"),
    Kind.UNPAID_WORK: (2500038104, "CUPA", "Unpaid Work Appointment (NS)"),
    Kind.PROGRAMME: (2500038105, "COSP", "Programme Session (NS)"),
}
RECALL_TYPE = (2500038111, "ERCL", "Recall initiated")
OUTCOMES = {
    Kept.KEPT: ("Y", "Y", 19),
    Kept.DISRUPTIVE: ("Y", "N", 23),
    Kept.EXCUSED: ("N", "Y", 31),
    Kept.MISSED: ("N", "N", 37),
}
ACTIONS = {
    Action.LETTER: (2500000501, "WLS", "Enforcement Letter Requested"),
    Action.WARNING: (2500000502, "FWL", "Final Warning Letter Sent"),
    Action.BREACH: (2500000503, "IBR", "Breach / Recall Initiated"),
    Action.RECALL: (2500000504, "ROM", "Refer to Offender Manager"),
}
ENDINGS = {Ended.EXPIRED: 1181, Ended.RECALLED: 1187, Ended.RESENTENCED: 1190, Ended.MOVED: 1195}
DISPOSALS = {Sentence.ORDER: 305, Sentence.SUSPENDED: 307, Sentence.LICENCE: 41}
OFFENCES = {kind: 2000 + 10 * place for place, kind in enumerate(Offence)}


def in_digits(on: date | None) -> str:
    """A day as `04-09-19`."""
    return "" if on is None else f"{on.day:02d}-{on.month:02d}-{on.year % 100:02d}"


def in_letters(on: date | None) -> str:
    """A day as `19-JUL-65`."""
    return "" if on is None else f"{on.day:02d}-{_MONTHS[on.month - 1]}-{on.year % 100:02d}"


def in_full(at: datetime) -> str:
    """An instant by the clocks of the county as `2019-08-05 12:02:14`."""
    return f"{wall(at):%Y-%m-%d %H:%M:%S}"


def clock(at: datetime) -> str:
    """A time of day on the first day of its clock, as `1970-01-01 12:00:00`."""
    return f"1970-01-01 {wall(at):%H:%M:%S}"
