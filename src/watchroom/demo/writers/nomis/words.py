"""What staff write, in the words that staff use; our own, and about nobody."""

from random import Random

from watchroom.demo.world.happenings_regime import Topic

_OPEN = (
    "",
    "",
    "",
    "Spoke to him at the door. ",
    "On association. ",
    "During unlock. ",
    "Welfare check. ",
    "At lunch. ",
)
_CLOSE = (
    "",
    "",
    "",
    " No concerns.",
    " Nothing further to report.",
    " Will keep an eye.",
    " Staff aware.",
    " To be reviewed.",
)
_SAID: dict[Topic, tuple[str, ...]] = {
    Topic.SETTLED: (
        "Settled on the wing, polite to staff and keeps his cell to a good standard.",
        "Quiet, spends most of his time with the same two people. Comes out for exercise and showers.",
        "Has been no trouble today. Collected meals and was locked up without issue.",
        "Getting on with his pad mate. Asked about canteen and was told to put an app in.",
        "Mixing well on the landing. Helped with the servery clean down.",
        "Appears to be coping. Phone calls home most evenings.",
        "Polite when spoken to. Asked for a copy of his dates, passed to OMU.",
        "Keeps himself to himself but answers when spoken to.",
    ),
    Topic.WORK: (
        "Attends the workshop every session and works without being chased.",
        "Good report from education, has finished his level 1 maths.",
        "Works on the servery and does it well. Other people take their lead from him.",
        "Up and ready for work before unlock all week.",
        "Instructor says he is reliable and would have him as number one.",
    ),
    Topic.WARNING: (
        "Late back from the shower and argued when told to go behind his door. Warned.",
        "Refused to go to work this morning, no reason given. Warned about his level.",
        "Vaping on the landing again. Has been told more than once.",
        "Shouted at staff when the phones were switched off. Apologised later.",
        "Out of bounds on the threes. Told to return to his own landing and did so after a while.",
        "Music far too loud after lock up. Turned it down when told.",
        "Swore at the officer on the servery about portions. Negative entry.",
    ),
    Topic.PRAISE: (
        "Helped a new arrival find his way round and showed him how to put apps in.",
        "Cleaned up a spill without being asked. Positive entry.",
        "Kept his temper when provoked on the yard and came to staff instead.",
        "Has kept off the netting and away from trouble all month. Well done.",
    ),
    Topic.KEY_WORK: (
        "Key work session. Talked about his sentence plan and what he wants to do on the out. Wants to see his kids.",
        "Key work. Says he is doing all right, sleeping better. Asked about a move closer to home.",
        "Key work session cut short, needed for an escort. To be picked up next week.",
        "Key work. Went through his money, owes nothing by his own account. Wants a job in the gardens.",
        "Key work. Not much to say today. Says the wing is loud at night.",
        "Key work. Housing still not sorted for release, will chase with resettlement.",
    ),
    Topic.FIRST_NIGHT: (
        "First night interview done. First time in custody, tearful at times but engaged. Phone call home given.",
        "Received this evening. Has been here before and knows the routine. No issues raised.",
        "First night checks done. Says he has no thoughts of self-harm. Reception pack and kettle issued.",
        "Arrived late from court, had something to eat. Tired, wanted to sleep. For induction in the morning.",
        "First night. Withdrawing, seen by nurse. Placed in a double with someone he knows from outside.",
    ),
    Topic.INDUCTION: (
        "Moved from first nights to the wing. Shown where things are and who to ask.",
        "Induction finished, PIN phone numbers put in. Waiting for clearance.",
    ),
    Topic.MOOD: (
        "Seems low today, did not come out for association. Said he just wants to be left alone.",
        "Quieter than usual. Says he has a lot on his mind with court coming up.",
        "Not eating much and not sleeping by his own account. Referred to mental health.",
        "Low in mood, no contact with family for two weeks. Offered a Listener, declined.",
    ),
    Topic.FAMILY: (
        "Says his mum is not well and he is worried about her. Given an extra call.",
        "Had good news from home, pleased with himself today.",
        "Upset after a call with his partner. Spent time with him on the landing, calmer after.",
    ),
    Topic.DEBT: (
        "Came to the office asking not to be unlocked for canteen. Would not say who he owes. Believed to be vapes.",
        "Other people were at his door asking for what he owes. Moved on by staff. Will not name anyone.",
        "Canteen taken off him by others, says he gave it. Believed to be in debt.",
        "Asked for a move off the wing, says he owes for vapes and it has doubled.",
    ),
    Topic.THREATS: (
        "Says he has been threatened on the yard. Will not name anyone. Kept behind his door at own request.",
        "Shouting between windows after lock up, threats heard towards his cell. Landing staff informed.",
    ),
    Topic.MEALS: (
        "Did not collect his meal. Says he has his own food in his cell.",
        "Refused his meal again, says the food is cold. Orderly officer informed.",
        "Declined lunch, no reason given. Drinking water.",
    ),
    Topic.MEDICATION: (
        "Did not come for his meds this morning, was asleep. Healthcare told.",
        "Refused medication at the hatch. Nurse will see him.",
    ),
    Topic.MOVE: (
        "Moved cell today. Not happy about it but went.",
        "Moved to a different landing at his own request.",
        "Moved to make room. Property moved with him, nothing missing.",
    ),
    Topic.COURT: (
        "Back from court, sentenced today. Longer than he thought. Spoke to him, says he is all right.",
        "Returned from court sentenced. Phone call given. Night staff asked to look in on him.",
        "Sentenced today. Took it well, had expected it.",
    ),
    Topic.VISIT: (
        "Good visit, came back in good spirits.",
        "Visitors did not turn up. Disappointed, says they had car trouble.",
        "Came back from visits quiet, did not want to talk about it.",
    ),
    Topic.REVIEW: (
        "ACCT review held with wing, healthcare and chaplaincy. He took part and agreed the care plan. See document.",
        "ACCT review. Says he feels safer since the move. Observations changed, see document.",
        "ACCT review. Engaged well. Support actions updated. Next review booked.",
        "ACCT review. Did not want to attend, seen at his door by the case coordinator.",
    ),
    Topic.RELEASE: (
        "Release date confirmed and told to him. Discharge grant and travel to be arranged.",
        "Pre-release meeting done. Has somewhere to stay. Appointment with probation on the day.",
    ),
    Topic.SEARCH: (
        "Cell searched, nothing found. Compliant throughout.",
        "Cell search. Two extra sheets and a broken chair taken out.",
    ),
    Topic.CHAPLAIN: (
        "Seen after news from home. Upset but wanted to talk. Phone call given in the office.",
        "Told of the news from home by the chaplain. Offered time in the chapel. Landing staff informed.",
        "Chaplaincy visit after bad news. Would like to go to the funeral, application to be made.",
    ),
}
_HERS = (
    ("He ", "She "),
    (" he ", " she "),
    (" him", " her"),
    (" his ", " her "),
    ("His ", "Her "),
    (" himself", " herself"),
)
INCIDENT = {
    "cutting": "Superficial cuts seen when the cell was opened. First aid given, seen by healthcare.",
    "ligature": "Ligature made from bedding found and removed. Responded to staff. Seen by healthcare.",
    "other": "Said he had hurt himself. Seen by healthcare, no treatment outside needed.",
    "held": "Struck another person on the landing. Separated by staff. Both seen by healthcare.",
    "staff": "Struck an officer when told to go behind his door. Restrained and relocated.",
    "fight": "Two people fighting on the landing. General alarm raised, separated by staff.",
    "find": "Found during a search, bagged and passed to security.",
    "death": "Found unresponsive. Emergency code called, ambulance attended. Family and police informed.",
}


def note(topic: Topic, stream: Random, *, is_woman: bool) -> str:
    """What an officer writes on a topic."""
    said = _SAID[topic]
    text = said[int(stream.random() * len(said))]
    if topic in _ORDINARY:
        text = _OPEN[int(stream.random() * 8)] + text + _CLOSE[int(stream.random() * 8)]
    return hers(text) if is_woman else text


def hers(text: str) -> str:
    """The same about a woman."""
    for his, her in _HERS:
        text = text.replace(his, her)
    return text


_ORDINARY = frozenset({Topic.SETTLED, Topic.WORK, Topic.WARNING, Topic.PRAISE, Topic.MOOD, Topic.FAMILY})
