"""Reading what an agreement says beside its clauses."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from watchroom.model.catalogue import Catalogue, FieldKind
from watchroom.policy.clauses import Clause
from watchroom.policy.form import Form
from watchroom.policy.periods import Period, period_of
from watchroom.policy.terms import AS_THE_RECORD, OBLIGATIONS, REGIMES, AtEnd, Law, Obligation, Retention, Signatory

# The storage limit that law asks for is the parties' own; what is longer than a lifetime is a slip of the pen.
_LONGEST_KEPT: Final = timedelta(days=100 * 366)


def read_period(form: Form, key: str, *, at_most: timedelta) -> Period:
    """The ISO 8601 duration of a key.

    Raises:
        AgreementError: it is none, or longer than `at_most`.
    """
    return period_in(form, form.text(key), key=key, at_most=at_most)


def period_in(form: Form, text: str, *, key: str, at_most: timedelta) -> Period:
    """The ISO 8601 duration that `text`, a part of `key`, says.

    Raises:
        AgreementError: it is none, or longer than `at_most`.
    """
    period = period_of(text)
    if period is None:
        raise form.fault(f"`{key}`: `{text}` is no duration; write one such as `P28D`, `PT4H` or `P7Y`", key)
    if period.at_most > at_most:
        raise form.fault(f"`{key}` is longer than {at_most.days} days and {at_most.seconds // 3600} hours", key)
    return period


def read_law(form: Form) -> Law:
    """The legal ground that `form` holds.

    Raises:
        AgreementError: with the line.
    """
    law = Law(
        regime=form.known_one("provider_regime", REGIMES),
        basis=form.text("basis"),
        condition=form.text_if_any("condition"),
        gateway=form.text_if_any("gateway"),
        dpia=form.text_if_any("dpia"),
        policy_document=form.text_if_any("policy_document"),
    )
    form.close()
    return law


def read_retention(form: Form, *, dates: Iterable[str]) -> Retention:
    """How long is kept, as `form` says; `dates` are the fields from which the time can run.

    Raises:
        AgreementError: with the line.
    """
    kept = form.text("keep")
    retention = Retention(
        keep=None if kept == AS_THE_RECORD else read_period(form, "keep", at_most=_LONGEST_KEPT),
        after=form.known_one("after", dates) if form.has("after") else None,
        at_end=AtEnd(form.known_one("at_end", tuple(AtEnd))) if form.has("at_end") else None,
        unless=form.text_if_any("unless"),
        minutes=read_period(form, "minutes", at_most=_LONGEST_KEPT) if form.has("minutes") else None,
    )
    form.close()
    return retention


def read_obligations(form: Form) -> tuple[Obligation, ...]:
    """The promises under `obligations`; none when the key is absent.

    Raises:
        AgreementError: with the line.
    """
    if not form.has("obligations"):
        return ()
    found = tuple(_obligation(form, text) for text in form.texts("obligations"))
    if len({obligation.name for obligation in found}) != len(found):
        raise form.fault("`obligations` names one twice", "obligations")
    return found


def read_signatories(form: Form) -> tuple[Signatory, ...]:
    """Who signs.

    Raises:
        AgreementError: with the line.
    """
    return tuple(_signatory(part) for part in form.forms("signed_by"))


def dates_of(clauses: Iterable[Clause], model: Catalogue) -> tuple[str, ...]:
    """The date and instant fields of the entities of some clauses, sorted."""
    entities = {clause.entity for clause in clauses}
    kinds = (FieldKind.DATE, FieldKind.INSTANT)
    return tuple(
        sorted({field.name for name in entities for field in model.entity(name).fields if field.kind in kinds})
    )


def _obligation(form: Form, text: str) -> Obligation:
    name, _, time = text.partition(" ")
    if name not in OBLIGATIONS:
        raise form.fault(f"`{name}` is no obligation; there are {', '.join(OBLIGATIONS)}", "obligations")
    if not OBLIGATIONS[name]:
        if time:
            raise form.fault(f"`{name}` takes no time", "obligations")
        return Obligation(name=name)
    period = period_in(form, time, key="obligations", at_most=_LONGEST_KEPT)
    if period.months:
        raise form.fault(f"`{name}` takes days, hours or minutes", "obligations")
    return Obligation(name=name, within=period.span)


def _signatory(form: Form) -> Signatory:
    signatory = Signatory(organisation=form.text("org"), name=form.text("name"), key=form.text_if_any("key"))
    form.close()
    return signatory
