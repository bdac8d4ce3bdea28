"""What probation writes in its records: conditions, requirements and notes, in the plain words that staff use."""

from random import Random

from watchroom.demo.world.happenings_probation import Kept, Kind

REQUIREMENTS = (
    "Rehabilitation activity, 20 days",
    "Rehabilitation activity, 30 days",
    "Unpaid work, 80 hours",
    "Unpaid work, 120 hours",
    "Unpaid work, 180 hours",
    "Programme: building better relationships",
    "Programme: thinking skills",
    "Drug rehabilitation, 6 months",
    "Alcohol abstinence monitoring, 90 days",
    "Mental health treatment, 12 months",
    "Curfew, 19:00 to 07:00, 16 weeks",
)
CONDITIONS = (
    "Report to the responsible officer as told",
    "Live at an address that the responsible officer approves",
    "Not to leave the United Kingdom without leave",
    "Not to contact the victim, directly or otherwise",
    "Not to enter the area of Hesk marked on the map",
    "Not to enter the area of Orrinmouth docks marked on the map",
    "Curfew, 21:00 to 06:00, with a tag",
    "Give a sample for a test of drugs when asked",
    "Tell the responsible officer of a new close relationship",
    "Not to have a device that can reach the internet without leave",
    "Live at the approved premises and keep its rules",
    "Attend appointments to address drug misuse",
)
RECALLS = (
    "Failed to keep in touch; whereabouts not known",
    "Charged with a further offence",
    "Left the approved premises and did not return",
    "Breach of the condition not to enter the marked area",
    "Did not live where approved; missed two appointments",
    "Tag tampered with and curfew missed on three nights",
)
_OPENINGS = {
    Kind.FIRST: (
        "First appointment after court.",
        "Seen for the first time since release.",
        "Initial meeting, licence read through and signed.",
    ),
    Kind.OFFICE: (
        "Seen at the office.",
        "Came on time.",
        "Ten minutes late, said the bus was cancelled.",
        "Seen with the duty officer.",
    ),
    Kind.HOME: ("Seen at the address.", "Home visit with a colleague.", "Let in by the mother, he was in."),
    Kind.TELEPHONE: ("Spoke by telephone.", "Rang at the agreed time.", "Second attempt, then picked up."),
    Kind.UNPAID_WORK: ("On site with the group.", "Worked the full day.", "Sent to the paint store, worked well."),
    Kind.PROGRAMME: ("Session kept.", "Took part in the group.", "Quiet in the group today."),
}
_MIDDLES = (
    "Talked through the week; nothing of note.",
    "Says work is steady, three shifts next week.",
    "Universal Credit is sanctioned, given a food bank slip.",
    "Low in mood since the anniversary; gave the number of the crisis line.",
    "Has moved in with a sister in Pellmarsh, address to be checked.",
    "Says there is no contact with the former partner.",
    "New relationship, would not give a name.",
    "Drinking at weekends, says under control.",
    "Test was clear.",
    "Owes rent, council letter seen.",
    "Waiting for the mental health team, eleven weeks now.",
    "Landlord has given notice.",
    "Spoke about the children; contact is at the centre on Saturdays.",
    "Asked about the tag, it itches; told to ring the company.",
    "Bruise on the cheek, said a door.",
    "Was settled and talkative.",
)
_ENDINGS = (
    "Next in two weeks.",
    "Same time next week.",
    "To bring the letter.",
    "Will ring on Thursday.",
    "No action.",
    "Case discussed with the senior officer.",
    "",
)
_AWAY = {
    Kept.EXCUSED: (
        "Rang before: at hospital with a child.",
        "Shift changed, employer confirmed.",
        "Unwell, sick note seen.",
        "Funeral, order of service seen.",
    ),
    Kept.MISSED: (
        "Did not come, telephone off.",
        "No show. Text sent.",
        "Did not come. Voicemail left, no answer at the address.",
        "Not in at the visit, card left.",
    ),
    Kept.DISRUPTIVE: (
        "Came, shouting at reception, asked to leave.",
        "Came smelling of drink, appointment ended early.",
        "Refused to talk, left after five minutes.",
    ),
}


def requirements(stream: Random) -> tuple[str, ...]:
    """One to three requirements of an order."""
    return tuple(stream.sample(REQUIREMENTS, stream.choice((1, 1, 2, 2, 3))))


def conditions(stream: Random) -> tuple[str, ...]:
    """Conditions of a licence: the usual three, and up to three of its own."""
    return CONDITIONS[:3] + tuple(stream.sample(CONDITIONS[3:], stream.choice((0, 1, 1, 2, 3))))


def note(stream: Random, kind: Kind, kept: Kept) -> str:
    """What an officer writes of a contact."""
    if kept is not Kept.KEPT:
        return stream.choice(_AWAY[kept])
    lines = (stream.choice(_OPENINGS[kind]), stream.choice(_MIDDLES), stream.choice(_ENDINGS))
    return " ".join(line for line in lines if line)
