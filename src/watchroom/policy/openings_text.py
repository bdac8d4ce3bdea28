"""Reading what an agreement opens for a time: the glass that may be broken, and the room of a case."""

from collections.abc import Iterable
from datetime import timedelta

from watchroom.model.catalogue import Catalogue
from watchroom.policy.clause_text import Frame, read_addition
from watchroom.policy.form import Form
from watchroom.policy.openings import (
    FURTHEST_FROM_CASE,
    LATEST_REVIEW,
    LONGEST_GLASS,
    NEEDS,
    TOLD,
    BreakGlass,
    Moment,
    Room,
    earliest,
    latest,
)
from watchroom.policy.terms_text import period_in, read_period


def read_break_glass(form: Form, *, model: Catalogue, frame: Frame) -> BreakGlass:
    """Who may break the glass, and what it shows, as `form` says.

    Raises:
        AgreementError: with the line.
    """
    roles = form.known("roles", frame.roles)
    needs = form.known("needs", NEEDS)
    if "reason" not in needs:
        raise form.fault("`needs` must ask for a `reason`: nobody can review a glass that was broken without", "needs")
    glass = BreakGlass(
        roles=roles,
        purposes=form.known("purposes", frame.purposes) if form.has("purposes") else frame.purposes,
        additions=tuple(
            read_addition(part, model=model, frame=frame, roles=roles) for part in forms_of_additions(form)
        ),
        needs=needs,
        lasts=_hours(form, "lasts", at_most=LONGEST_GLASS),
        review_within=_hours(form, "review_within", at_most=LATEST_REVIEW),
        tell=form.known("tell", TOLD),
        basis=form.text_if_any("basis"),
        line=form.line,
    )
    form.close()
    return glass


def forms_of_additions(form: Form) -> tuple[Form, ...]:
    """What a broken glass adds, one form for each entity: `adds` is one of them or a list."""
    return form.forms("adds") if form.is_list("adds") else (form.form("adds"),)


def read_room(form: Form, *, dates: Iterable[str]) -> Room:
    """From when to when the room of a case is open; `dates` are the fields that it can be counted from.

    Raises:
        AgreementError: with the line.
    """
    known = tuple(dates)
    room = Room(opens=_moment(form, "opens", dates=known), closes=_moment(form, "closes", dates=known))
    if room.opens.date_field != room.closes.date_field:
        raise form.fault("`opens` and `closes` must be counted from the same date", "closes")
    if latest(room.opens) >= earliest(room.closes):
        raise form.fault("the room must open before it closes", "closes")
    form.close()
    return room


def _hours(form: Form, key: str, *, at_most: timedelta) -> timedelta:
    # INVARIANT: a month is longer than either bound, so that nothing is lost with the months.
    return read_period(form, key, at_most=at_most).span


def _moment(form: Form, key: str, *, dates: tuple[str, ...]) -> Moment:
    words = form.text(key).split(" ")
    if len(words) != 3 or words[1] not in ("before", "after"):
        raise form.fault(f"`{key}` must read such as `P8D before conference_at`", key)
    period, side, field = words
    if field not in dates:
        raise form.fault(f"`{field}` is no date of a record of this agreement; there are {', '.join(dates)}", key)
    span = period_in(form, period, key=key, at_most=FURTHEST_FROM_CASE)
    return Moment(period=span, is_before=side == "before", date_field=field)
