"""Reading an agreement: strict, so that a slip of the pen never opens anything.

Unknown keys, empty selectors, names that the model or the registers do not hold, dates that cannot be: each is
an error with its line. What is absent is not granted.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from importlib.resources import files
from typing import Final

from watchroom.model.catalogue import Catalogue, FieldKind
from watchroom.policy.canonical import digest_of
from watchroom.policy.charter_variants import variant_in, varied
from watchroom.policy.clause_text import Frame, read_clause, read_exclusion
from watchroom.policy.clauses import (
    CLASSIFICATIONS,
    Agreement,
    Assignment,
    Clause,
    Duty,
    OnRequest,
    Recipient,
    classifications_from,
)
from watchroom.policy.errors import AgreementError
from watchroom.policy.form import Form
from watchroom.policy.on_request_text import read_on_request
from watchroom.policy.opened_clauses import is_kept_name
from watchroom.policy.openings import CASE, ROOMS, BreakGlass, Room
from watchroom.policy.openings_text import forms_of_additions, read_break_glass, read_room
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES
from watchroom.policy.slips import Slips
from watchroom.policy.terms import Law, Terms
from watchroom.policy.terms_text import dates_of, read_law, read_obligations, read_retention, read_signatories

# Every key that an agreement may have.
KEYS_OF_AN_AGREEMENT: Final = frozenset(
    {
        "agreement",
        "break_glass",
        "clauses",
        "duties",
        "exclude",
        "law",
        "max_classification",
        "no_persons",
        "obligations",
        "on_request",
        "provider",
        "purposes",
        "recipients",
        "retention",
        "room",
        "signed_by",
        "title",
        "valid",
        "version",
    }
)
_LONGEST: Final = timedelta(days=3 * 366)


def load_agreement(text: str, *, where: str, model: Catalogue, on: date | None = None) -> Agreement:
    """The agreement that a YAML text holds, as far as a node can enforce it.

    Args:
        text: YAML 1.2.
        where: name of the file, for errors.
        model: what entities and fields there are.
        on: day of the node on which it is to come into force; None: it may lie in the past, and then gives nothing.

    Raises:
        AgreementError: with the line; also where it asks for a room that no node could keep closed.
    """
    loader = _Loader(Form.document(text, where=where), model)
    agreement = loader.agreement(on)
    loader.require_enforced(agreement)
    return agreement


def read_agreement(text: str, *, where: str, model: Catalogue) -> Agreement:
    """The agreement that a YAML text holds, to be shown, checked or compared, and never to be put in force.

    Raises:
        AgreementError: with the line.
    """
    return _Loader(Form.document(text, where=where), model).agreement(None)


def slips_of(text: str, *, where: str, model: Catalogue, on: date | None = None) -> tuple[AgreementError, ...]:
    """What is wrong with a YAML text as an agreement: first what `load_agreement` says, then the rest in its order.

    Each part that can be read by itself is read, up to its own first slip; what can only be judged together with a part
    that has one is left for the next time, so that nothing is called wrong that is not. Empty: it can be read.
    """
    try:
        load_agreement(text, where=where, model=model, on=on)
    except AgreementError as first:
        try:
            rest = _Loader(Form.document(text, where=where), model).slips(on)
        except AgreementError:
            return (first,)
        found = {(one.line, one.problem): one for one in (first, *rest)}
        return tuple(found.values())
    return ()


def charter_text(name: str = "prison_england_and_wales") -> str:
    """The text of a charter that comes with the package: its own file, or another one with what it says otherwise."""
    folder = files("watchroom.policy").joinpath("charters")
    own = folder.joinpath(f"{name}.yaml")
    if own.is_file():
        return own.read_text(encoding="utf-8")
    said = variant_in(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return varied(charter_text(said.of), said)


def example_names() -> tuple[str, ...]:
    """The names of the worked agreements that come with the package, sorted."""
    found = files("watchroom.policy").joinpath("agreements").iterdir()
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in found if entry.name.endswith(".yaml")))


def example_text(name: str) -> str:
    """The text of a worked agreement that comes with the package."""
    return files("watchroom.policy").joinpath("agreements", f"{name}.yaml").read_text(encoding="utf-8")


def blank_text() -> str:
    """The text of an agreement with every key that must be there, each with a comment, and nothing in it."""
    return files("watchroom.policy").joinpath("blank_agreement.yaml").read_text(encoding="utf-8")


class _Loader:
    """Reads one document; the parts need each other's names."""

    def __init__(self, form: Form, model: Catalogue) -> None:
        self._form = form
        self._model = model

    def require_enforced(self, agreement: Agreement) -> None:
        """Refuse a room that could not be kept: for others than its members, or of rows that belong to no case."""
        members = [recipient for recipient in agreement.recipients if recipient.member_of is not None]
        if agreement.room is None and not members:
            return
        if len(members) != len(agreement.recipients):
            raise self._form.fault(
                "a room is for its members: every recipient must be `member_of: case_room`", "recipients"
            )
        kinds = {CASE: FieldKind.TEXT}
        if agreement.room is not None:
            kinds[agreement.room.opens.date_field] = FieldKind.DATE if agreement.room.is_day else FieldKind.INSTANT
        for part, entity in self._shown(agreement):
            held = {field.name: field.kind for field in self._model.entity(entity).fields}
            for name, kind in kinds.items():
                if held.get(name) is not kind:
                    raise part.fault(f"rows of `{entity}` belong to no room: they have no `{name}`", "entity")
        if agreement.on_request:
            raise self._form.fault("what is asked for is about a person, who belongs to no room", "on_request")

    def _shown(self, agreement: Agreement) -> Iterator[tuple[Form, str]]:
        """The entities of which it can show rows, also under a broken glass, with where it says so."""
        for part, clause in zip(self._form.forms("clauses"), agreement.clauses, strict=True):
            yield part, clause.entity
        if agreement.break_glass is not None:
            adds = forms_of_additions(self._form.form("break_glass"))
            for part, addition in zip(adds, agreement.break_glass.additions, strict=True):
                yield part, addition.entity

    def _room(self, clauses: tuple[Clause, ...], dates: tuple[str, ...]) -> Room | None:
        if not self._form.has("room"):
            return None
        room = read_room(self._form.form("room"), dates=dates)
        counted = [self._model.entity(clause.entity).fields for clause in clauses]
        kinds = {field.kind for fields in counted for field in fields if field.name == room.opens.date_field}
        return replace(room, is_day=FieldKind.DATE in kinds)

    def agreement(self, on: date | None) -> Agreement:
        form = self._form
        highest = self._classification(form, "max_classification")
        recipients = tuple(self._recipient(part, highest) for part in form.forms("recipients"))
        roles = tuple(dict.fromkeys(role for recipient in recipients for role in recipient.roles))
        purposes = form.known("purposes", PURPOSES)
        law = read_law(form.form("law"))
        valid_from, valid_to, review_by = self._validity(form.form("valid"), on)
        no_persons = form.truth("no_persons") if form.has("no_persons") else False
        frame = Frame(roles=roles, purposes=purposes, regime=law.regime, no_persons=no_persons)
        clauses = tuple(read_clause(part, model=self._model, frame=frame) for part in form.forms("clauses"))
        self._require_distinct(clauses)
        asked = tuple(
            read_on_request(part, model=self._model, frame=frame) for part in self._forms_if_any("on_request")
        )
        self._require_names_of_their_own(asked)
        dates = dates_of(clauses, self._model)
        provider, terms = self._terms(law, dates)
        agreement = Agreement(
            name=form.name("agreement"),
            version=form.number("version"),
            title=form.text("title"),
            provider=provider,
            recipients=recipients,
            clauses=clauses,
            exclusions=tuple(read_exclusion(part, model=self._model) for part in self._forms_if_any("exclude")),
            assignments=self._assignments(roles, purposes),
            highest=highest,
            valid_from=valid_from,
            valid_to=valid_to,
            review_by=review_by,
            digest="",
            terms=terms,
            no_persons=no_persons,
            break_glass=self._break_glass(frame),
            room=self._room(clauses, dates),
            on_request=asked,
        )
        form.close()
        # INVARIANT: every key was read by now, so that nothing without a canonical form is left.
        return replace(agreement, digest=digest_of(form.content()))

    def slips(self, on: date | None) -> list[AgreementError]:
        """The first slip of each part that can be read by itself, in the order in which `agreement` reads them."""
        form, slips = self._form, Slips()
        highest = slips.take(lambda: self._classification(form, "max_classification"))
        lowest = highest or CLASSIFICATIONS[0]
        recipients = slips.each(lambda: form.forms("recipients"), lambda part: self._recipient(part, lowest))
        purposes = slips.take(lambda: form.known("purposes", PURPOSES))
        law = slips.take(lambda: read_law(form.form("law")))
        slips.take(lambda: self._validity(form.form("valid"), on))
        no_persons = slips.take(lambda: form.truth("no_persons") if form.has("no_persons") else False)
        if recipients is not None and purposes is not None and law is not None and no_persons is not None:
            roles = tuple(dict.fromkeys(role for recipient in recipients for role in recipient.roles))
            frame = Frame(roles=roles, purposes=purposes, regime=law.regime, no_persons=no_persons)
            self._slips_within(frame, slips)
        for key, read in (("agreement", form.name), ("version", form.number), ("title", form.text)):
            slips.take(partial(read, key))
        slips.take(self._provider)
        slips.take(lambda: read_obligations(form))
        slips.take(lambda: read_signatories(form))
        slips.each(lambda: self._forms_if_any("exclude"), lambda part: read_exclusion(part, model=self._model))
        slips.take(lambda: form.refuse_unknown(KEYS_OF_AN_AGREEMENT))
        return slips.found

    def _slips_within(self, frame: Frame, slips: Slips) -> None:
        """Those of the parts that name recipients and purposes, which can be read."""
        form, model = self._form, self._model
        clauses = slips.each(lambda: form.forms("clauses"), lambda part: read_clause(part, model=model, frame=frame))
        slips.each(
            lambda: self._forms_if_any("on_request"), lambda part: read_on_request(part, model=model, frame=frame)
        )
        if clauses is not None:
            slips.take(lambda: self._require_distinct(clauses))
            dates = dates_of(clauses, model)
            slips.take(lambda: read_retention(form.form("retention"), dates=dates))
            slips.take(lambda: self._room(clauses, dates))
        slips.each(
            lambda: self._forms_if_any("duties"), lambda part: self._assignment(part, frame.roles, frame.purposes)
        )
        slips.take(lambda: self._break_glass(frame))

    def _recipient(self, form: Form, highest: str) -> Recipient:
        recipient = Recipient(
            organisation=form.text("org"),
            roles=form.known("roles", ROLES),
            clearance=self._classification(form, "clearance") if form.has("clearance") else None,
            member_of=form.known_one("member_of", ROOMS) if form.has("member_of") else None,
        )
        if recipient.organisation == "*":
            raise form.fault("`org` must name one organisation; `*` is never allowed", "org")
        if recipient.clearance is not None and recipient.clearance not in classifications_from(highest):
            raise form.fault("`clearance` is below `max_classification`; lower the latter", "clearance")
        form.close()
        return recipient

    def _terms(self, law: Law, dates: tuple[str, ...]) -> tuple[str, Terms]:
        """The provider, and what is agreed beside the clauses."""
        organisation, controller, contact = self._provider()
        terms = Terms(
            controller=controller,
            contact=contact,
            law=law,
            retention=read_retention(self._form.form("retention"), dates=dates),
            obligations=read_obligations(self._form),
            signatories=read_signatories(self._form),
        )
        return organisation, terms

    def _provider(self) -> tuple[str, str, str]:
        """Organisation, controller and contact."""
        provider = self._form.form("provider")
        given = provider.text("org"), provider.text("controller"), provider.text("contact")
        provider.close()
        return given

    def _break_glass(self, frame: Frame) -> BreakGlass | None:
        if not self._form.has("break_glass"):
            return None
        return read_break_glass(self._form.form("break_glass"), model=self._model, frame=frame)

    def _validity(self, form: Form, on: date | None) -> tuple[date, date, date]:
        first, last, review = form.day("from"), form.day("to"), form.day("review_by")
        form.close()
        if not first <= review <= last:
            raise form.fault("`from`, `review_by` and `to` must follow one another", "review_by")
        if last - first > _LONGEST:
            raise form.fault("an agreement holds for three years at most; set an earlier `to`", "to")
        if on is not None and last < on:
            raise form.fault("`to` lies in the past; agree a new version", "to")
        return first, last, review

    def _assignments(self, roles: tuple[str, ...], purposes: tuple[str, ...]) -> tuple[Assignment, ...]:
        return tuple(self._assignment(part, roles, purposes) for part in self._forms_if_any("duties"))

    def _assignment(self, form: Form, roles: tuple[str, ...], purposes: tuple[str, ...]) -> Assignment:
        assignment = Assignment(
            roles=form.known("roles", roles),
            purposes=form.known("purposes", purposes),
            duties=frozenset(Duty(name) for name in form.known("may", tuple(Duty))),
        )
        form.close()
        return assignment

    def _forms_if_any(self, key: str) -> tuple[Form, ...]:
        return self._form.forms(key) if self._form.has(key) else ()

    def _classification(self, form: Form, key: str) -> str:
        word = form.text(key).lower().replace("-", "_")
        if word not in CLASSIFICATIONS:
            raise form.fault(f"`{word}` is no classification; there are {', '.join(CLASSIFICATIONS)}", key)
        return word

    def _require_distinct(self, clauses: tuple[Clause, ...]) -> None:
        names = [clause.name for clause in clauses]
        for name in filter(is_kept_name, names):
            raise self._form.fault(f"clause `{name}` has a name that is kept for what is opened for a time", "clauses")
        for name in names:
            if names.count(name) > 1:
                raise self._form.fault(f"clause `{name}` is named twice; rename one", "clauses")

    def _require_names_of_their_own(self, asked: tuple[OnRequest, ...]) -> None:
        names = [one.name for one in asked]
        for name in names:
            if names.count(name) > 1:
                raise self._form.fault(f"`{name}` may be asked for twice; rename one", "on_request")


__all__ = [
    "AgreementError",
    "blank_text",
    "charter_text",
    "example_names",
    "example_text",
    "load_agreement",
    "read_agreement",
    "slips_of",
]
