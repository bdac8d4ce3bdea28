"""What the terms of an agreement say, in plain words."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import reduce

from watchroom.model.text import Text
from watchroom.policy.clauses import OnRequest
from watchroom.policy.openings import BreakGlass, Moment, Room
from watchroom.policy.periods import Period
from watchroom.policy.terms import Law, Obligation, Retention, Terms

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def listed(texts: Iterable[Text]) -> Text:
    """Several texts as one, in their order; there is at least one."""
    return reduce(lambda left, right: Text("sheet.listed", {"left": left, "right": right}), texts)


def period_in_words(period: Period) -> Text:
    """A period, such as `4 hours` or `1 year, 2 months`."""
    return listed(_parts(period))


def law_in_words(law: Law) -> Iterator[Text]:
    """The regime, then each text that the parties wrote, as they wrote it."""
    yield Text("sheet.law.regime", {"regime": Text(f"regime.{law.regime}")})
    yield Text("sheet.law.basis", {"text": law.basis})
    for key in ("condition", "gateway", "dpia", "policy_document"):
        text: str | None = getattr(law, key)
        if text is not None:
            yield Text(f"sheet.law.{key}", {"text": text})


def retention_in_words(retention: Retention) -> Iterator[Text]:
    """For how long, from when, what then, with which exception."""
    if retention.keep is None:
        yield Text("sheet.kept.as_the_record")
    elif retention.after is None:
        yield Text("sheet.kept.from_receipt", {"period": period_in_words(retention.keep)})
    else:
        yield Text("sheet.kept.after", {"period": period_in_words(retention.keep), "field": retention.after})
    if retention.at_end is not None:
        yield Text(f"sheet.kept.{retention.at_end}")
    if retention.unless is not None:
        yield Text("sheet.kept.unless", {"text": retention.unless})
    if retention.minutes is not None:
        yield Text("sheet.kept.minutes", {"period": period_in_words(retention.minutes)})


def obligation_in_words(obligation: Obligation) -> Text:
    """One promise; with its time where it has one."""
    if obligation.within is None:
        return Text(f"obligation.{obligation.name}")
    return Text(f"obligation.{obligation.name}", {"period": period_in_words(Period(span=obligation.within))})


def signatories_in_words(terms: Terms) -> Iterator[Text]:
    """Who has to sign."""
    for signatory in terms.signatories:
        yield Text("sheet.signatory", {"organisation": signatory.organisation, "office": signatory.name})


def glass_in_words(glass: BreakGlass) -> Iterator[Text]:
    """Who may break the glass, what for, for how long, who looks at it; what it adds is told by the sheet."""
    yield Text("sheet.glass.who", {"roles": listed(Text(f"role.{role}") for role in glass.roles)})
    yield Text("sheet.glass.purposes", {"purposes": listed(Text(f"purpose.{one}") for one in glass.purposes)})
    if glass.basis is not None:
        yield Text("sheet.glass.basis", {"basis": glass.basis})
    yield Text("sheet.glass.needs", {"needs": listed(Text(f"needed.{need}") for need in glass.needs)})
    yield Text("sheet.glass.lasts", {"period": period_in_words(Period(span=glass.lasts))})
    yield Text("sheet.glass.review", {"period": period_in_words(Period(span=glass.review_within))})
    yield Text("sheet.glass.told", {"told": listed(Text(f"told.{one}") for one in glass.tell)})


def asked_in_words(asked: OnRequest, *, about: Text) -> Iterator[Text]:
    """Who may ask about whom, what for, who decides, by when, and for how long it is shown then."""
    yield Text("sheet.asked.who", {"roles": listed(Text(f"role.{role}") for role in asked.clause.roles)})
    yield Text("sheet.asked.about", {"people": about})
    yield Text("sheet.for_what", {"purposes": listed(Text(f"purpose.{one}") for one in asked.clause.purposes)})
    deciders = listed(Text(f"role.{role}") for role in asked.decided_by)
    within = period_in_words(Period(span=asked.answer_within))
    yield Text("sheet.asked.decided", {"roles": deciders, "period": within})
    yield Text("sheet.asked.lasts", {"period": period_in_words(Period(span=asked.lasts))})


def room_in_words(room: Room) -> Iterator[Text]:
    """From when to when the room is open."""
    yield Text("sheet.room.opens", {"moment": _moment(room.opens)})
    yield Text("sheet.room.closes", {"moment": _moment(room.closes)})


def _moment(moment: Moment) -> Text:
    side = Text("moment.before" if moment.is_before else "moment.after", {"field": moment.date_field})
    return Text("moment.at", {"period": period_in_words(moment.period), "side": side})


def _parts(period: Period) -> Iterator[Text]:
    years, months = divmod(period.months, 12)
    days, rest = divmod(period.span, _DAY)
    hours, rest = divmod(rest, _HOUR)
    units = {"years": years, "months": months, "days": days, "hours": hours, "minutes": rest // _MINUTE}
    for unit, count in units.items():
        if count:
            yield Text(f"period.{unit}", {"count": count})
