"""Codes of NOMIS for what happens; all stand in the registers that are copied into the extract."""

from watchroom.demo.world.happenings_custody import Coming, Leaving, Legal, Outcome, Why
from watchroom.demo.world.happenings_regime import Topic, Visited
from watchroom.demo.world.happenings_safety import Finding, Plea

ADMISSION = {
    Coming.REMAND: "N",
    Coming.SENTENCE: "I",
    Coming.RECALL: "L",
    Coming.CURFEW_RECALL: "B",
    Coming.FROM_AFAR: "INT",
}
RELEASE = {
    Leaving.CONDITIONAL: "CR",
    Leaving.CURFEW: "HR",
    Leaving.TERM_OF_RECALL: "CR",
    Leaving.SENTENCE_ENDED: "SC",
    Leaving.BAILED: "BL",
    Leaving.NOT_GUILTY: "NG",
    Leaving.DISCONTINUED: "DS",
    Leaving.NO_CUSTODY: "NCS",
    Leaving.TIME_SERVED: "SC",
}
IMPRISONMENT = {
    Legal.REMAND: "RX",
    Legal.TRIAL: "TRL",
    Legal.CONVICTED: "JR",
    Legal.SENTENCED: "ADIMP_ORA",
    Legal.LIFE: "LIFE",
    Legal.RECALLED: "LR_ORA",
    Legal.FIXED_RECALL: "FTR_ORA",
}
YOUNG = {Legal.SENTENCED: "YOI_ORA"}
MOVE = {
    Why.INDUCTED: "ADM",
    Why.LOCATION: "LN",
    Why.CONFLICT: "CON",
    Why.SEPARATED: "BEH",
    Why.BACK: "ADM",
    Why.HEALTH: "LN",
    Why.PROTECTION: "VP",
    Why.CELL_CLOSED: "ADM",
}
RESULT = {Outcome.SENTENCED: "1002", Outcome.TIME_SERVED: "1002", Outcome.NOT_GUILTY: "2004"}
PLEA = {Plea.GUILTY: "GUILTY", Plea.NOT_GUILTY: "NOT_GUILTY", Plea.REFUSED: "REFUSED"}
FINDING = {
    Finding.PROVED: "PROVED",
    Finding.DISMISSED: "D",
    Finding.NOT_PROCEEDED: "NOT_PROCEED",
    Finding.REFERRED: "REF_POLICE",
}
VISIT = {
    Visited.HELD: ("NORM", ""),
    Visited.CANCELLED: ("CANC", "Cancelled by visitor"),
    Visited.STOPPED: ("CANC", "Cancelled by the establishment"),
    Visited.REFUSED: ("CANC", "Refused to attend"),
    Visited.NOT_COME: ("CANC", "Visitor did not arrive"),
    Visited.CUT_SHORT: ("HMPOP", ""),
}
APPOINTMENT = {
    "doctor": "MEDO",
    "dentist": "MEDE",
    "nurse": "MEOT",
    "mental health": "MEPS",
    "key work": "KWS",
    "offender management": "OMU",
    "chaplaincy": "CHAP",
    "education": "EDUC",
    "library": "LIBR",
    "optician": "MEOP",
    "induction": "IND",
}
ENDED = {"kept": "COMP", "missed": "ABS", "cancelled": "CANC"}
LEVEL = {"basic": "BAS", "standard": "STD", "enhanced": "ENH"}
OUT_OF_USE = {"damage": "J", "work": "G", "damp": "G", "staff": "H"}
FACTOR = {"debt": "DEB", "bullying": "BUL", "gangs": "GAN", "mental health": "MEN", "staff": "STA", "not known": "NRT"}
APART = {"assault": ("VIC", "PER"), "debt": ("BUL", "BUL"), "threat": ("VIC", "PER"), "gang": ("RIV", "RIV")}
NOTE = {
    Topic.SETTLED: ("OBSERVE", "OBS_GEN"),
    Topic.WORK: ("POS", "QUAL_WK"),
    Topic.WARNING: ("NEG", "BEHAVEWARN"),
    Topic.PRAISE: ("POS", "IEP_ENC"),
    Topic.KEY_WORK: ("KA", "KS"),
    Topic.FIRST_NIGHT: ("OBSERVE", "OBS_GEN"),
    Topic.INDUCTION: ("OBSERVE", "OBS_GEN"),
    Topic.MOOD: ("OBSERVE", "OBS_GEN"),
    Topic.FAMILY: ("OBSERVE", "NEWS"),
    Topic.DEBT: ("OBSERVE", "OBS_GEN"),
    Topic.THREATS: ("OBSERVE", "THREAT_PR"),
    Topic.MEALS: ("OBSERVE", "OBS_GEN"),
    Topic.MEDICATION: ("OBSERVE", "OBS_GEN"),
    Topic.MOVE: ("OBSERVE", "OBS_GEN"),
    Topic.COURT: ("OBSERVE", "OBS_GEN"),
    Topic.VISIT: ("OBSERVE", "NEWS"),
    Topic.REVIEW: ("OBSERVE", "OBS_GEN"),
    Topic.RELEASE: ("PRISON", "RELEASE"),
    Topic.SEARCH: ("OBSERVE", "OBS_GEN"),
    Topic.CHAPLAIN: ("CHAP", "BERSERILL"),
}
