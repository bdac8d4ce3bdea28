"""The sheet of an agreement: what signatories read before they sign, made from the agreement alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watchroom.model.catalogue import Catalogue, Entity
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.policy.clause_words import condition_in_words, rows_in_words
from watchroom.policy.clauses import (
    ALWAYS_SHOWN,
    NAMED_BASE,
    Agreement,
    Assignment,
    Clause,
    Exclusion,
    OnRequest,
    Recipient,
    Right,
)
from watchroom.policy.forbidden import FORBIDDEN, NOT_IN_THE_MODEL
from watchroom.policy.lint import Finding
from watchroom.policy.openings import Addition, BreakGlass
from watchroom.policy.term_words import (
    asked_in_words,
    glass_in_words,
    law_in_words,
    listed,
    obligation_in_words,
    retention_in_words,
    room_in_words,
    signatories_in_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it, line by line."""

    title: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole sheet.

    Attributes:
        title: of the agreement, with name and version.
        note: how the sheet is to be read.
        sections: none is empty.
        digest: of the agreement: what is signed.
    """

    title: Text
    note: Text
    sections: tuple[Section, ...]
    digest: str


def sheet(agreement: Agreement, *, model: Catalogue) -> Sheet:
    """The sheet of an agreement that was read with `model`."""
    terms = agreement.terms
    parts: list[tuple[Text, Iterable[Text]]] = [
        (Text("sheet.parties"), _parties(agreement)),
        (Text("sheet.purposes"), _purposes(agreement)),
        (Text("sheet.law"), law_in_words(terms.law)),
        *((_clause_title(clause), _clause(clause, agreement, model=model)) for clause in agreement.clauses),
        (Text("sheet.duties"), (_duty(one) for one in agreement.assignments)),
        (Text("sheet.never"), _never(agreement, model)),
        (Text("sheet.validity"), _validity(agreement)),
        (Text("sheet.kept"), retention_in_words(terms.retention)),
        (Text("sheet.promises"), (obligation_in_words(one) for one in terms.obligations)),
        (Text("sheet.glass"), _glass(agreement, model)),
        *(
            (Text("sheet.asked", {"name": one.name, "title": one.title}), _asked(one, model))
            for one in agreement.on_request
        ),
        (Text("sheet.room"), room_in_words(agreement.room) if agreement.room else ()),
        (Text("sheet.signatories"), signatories_in_words(terms)),
    ]
    sections = [Section(title=title, lines=tuple(lines)) for title, lines in parts]
    return Sheet(
        title=Text(
            "sheet.title", {"title": agreement.title, "name": agreement.name, "version": str(agreement.version)}
        ),
        note=Text("sheet.note"),
        sections=tuple(section for section in sections if section.lines),
        digest=agreement.digest,
    )


def with_findings(page: Sheet, findings: Sequence[Finding]) -> Sheet:
    """The sheet with one section more, if anything was found: what should be meant twice."""
    lines = tuple(
        one.text if one.clause is None else Text("sheet.finding", {"clause": one.clause, "text": one.text})
        for one in findings
    )
    section = Section(title=Text("sheet.findings"), lines=lines)
    return replace(page, sections=(*page.sections, section)) if lines else page


def as_text(page: Sheet, words: Words) -> str:
    """The sheet as plain text, in the language of `words`."""
    told = [words.say(page.title), "", words.say(page.note)]
    for section in page.sections:
        told += ["", words.say(section.title), *(f"- {words.say(line)}" for line in section.lines)]
    told += ["", words.phrase("sheet.digest", digest=page.digest)]
    return "\n".join(told) + "\n"


def _parties(agreement: Agreement) -> Iterator[Text]:
    terms = agreement.terms
    params = {"organisation": agreement.provider, "controller": terms.controller, "contact": terms.contact}
    yield Text("sheet.gives", params)
    for recipient in agreement.recipients:
        yield Text("sheet.receives", {"organisation": recipient.organisation, "roles": _roles(recipient.roles)})
        yield from _bounds(recipient)
    yield Text("sheet.highest", {"classification": Text(f"classification.{agreement.highest}")})
    yield Text("sheet.always", {"fields": _names(sorted(ALWAYS_SHOWN))})


def _bounds(recipient: Recipient) -> Iterator[Text]:
    named = {"organisation": recipient.organisation}
    if recipient.clearance is not None:
        yield Text("sheet.cleared", {**named, "classification": Text(f"classification.{recipient.clearance}")})
    if recipient.member_of is not None:
        yield Text("sheet.members", {**named, "room": Text(f"room.{recipient.member_of}")})


def _purposes(agreement: Agreement) -> Iterator[Text]:
    for purpose in agreement.purposes:
        yield Text("sheet.purpose", {"purpose": Text(f"purpose.{purpose}")})


def _clause_title(clause: Clause) -> Text:
    return Text("sheet.clause", {"clause": clause.name, "entity": clause.entity})


def _clause(clause: Clause, agreement: Agreement, *, model: Catalogue) -> Iterator[Text]:
    entity = model.entity(clause.entity)
    yield Text("sheet.of_what", {"text": entity.description})
    yield Text("sheet.to_whom", {"roles": _roles(clause.roles)})
    if set(clause.purposes) != set(agreement.purposes):
        yield Text("sheet.for_what", {"purposes": listed(Text(f"purpose.{one}") for one in clause.purposes)})
    if clause.regime != agreement.terms.law.regime or clause.basis is not None:
        basis = clause.basis or agreement.terms.law.basis
        yield Text("sheet.own_regime", {"regime": Text(f"regime.{clause.regime}"), "basis": basis})
    yield Text("sheet.may", {"rights": listed(Text(f"right.{right}") for right in Right if right in clause.allow)})
    yield Text("sheet.rows", {"rows": rows_in_words(clause, entity)})
    if clause.is_count_only:
        yield Text("sheet.counted", {"field": clause.fields[0]})
        return
    yield from (_field(name, clause, entity) for name in clause.fields)
    left_out = [field.name for field in entity.fields if field.name not in clause.fields]
    if left_out:
        yield Text("sheet.left_out", {"fields": ", ".join(left_out)})


def _field(name: str, clause: Clause, entity: Entity) -> Text:
    told = _described(name, entity)
    mask = clause.masks.get(name)
    if mask is None:
        return Text("sheet.field.whole", {"field": name, "text": told})
    return Text("sheet.field.part", {"field": name, "text": told, "mask": Text(f"mask.{mask}")})


def _described(name: str, entity: Entity) -> str | Text:
    """What the dictionary says of a field; columns that every row has are told by their name."""
    own = {field.name: field.description for field in entity.fields}
    return own[name] if name in own else Text("sheet.field.base" if name in NAMED_BASE else "sheet.field.always")


def _duty(assignment: Assignment) -> Text:
    duties = listed(Text(f"duty.{duty}") for duty in sorted(assignment.duties))
    return Text("sheet.duty", {"roles": _roles(assignment.roles), "duties": duties})


def _never(agreement: Agreement, model: Catalogue) -> Iterator[Text]:
    for exclusion in agreement.exclusions:
        name, condition = next(iter(exclusion.conditions.items()))
        rows = condition_in_words(condition, model.entity(name))
        entities = _entities(exclusion, model)
        yield Text("sheet.excluded", {"entities": entities, "rows": rows, "reason": exclusion.reason})
    if agreement.no_persons:
        yield Text("sheet.no_persons")
    yield from (Text(f"forbidden.{flow}") for flow in (*FORBIDDEN, *NOT_IN_THE_MODEL))
    yield Text("sheet.nothing_else")


def _entities(exclusion: Exclusion, model: Catalogue) -> Text:
    if len(exclusion.conditions) == len(model.entities):
        return Text("sheet.every_record")
    return Text("sheet.records", {"names": _names(exclusion.conditions)})


def _validity(agreement: Agreement) -> Iterator[Text]:
    yield Text("sheet.valid", {"first": agreement.valid_from, "last": agreement.valid_to})
    yield Text("sheet.review", {"day": agreement.review_by})
    yield Text("sheet.suspend")


def _glass(agreement: Agreement, model: Catalogue) -> Iterator[Text]:
    if agreement.break_glass is None:
        yield Text("sheet.glass.none")
        return
    yield from glass_in_words(agreement.break_glass)
    for addition in agreement.break_glass.additions:
        yield _addition(addition, agreement.break_glass, model)


def _asked(asked: OnRequest, model: Catalogue) -> Iterator[Text]:
    clause, entity = asked.clause, model.entity(asked.clause.entity)
    yield from asked_in_words(asked, about=condition_in_words(asked.about, model.entity("person")))
    if clause.basis is not None:
        yield Text("sheet.own_regime", {"regime": Text(f"regime.{clause.regime}"), "basis": clause.basis})
    yield Text("sheet.of_what", {"text": entity.description})
    yield Text("sheet.rows", {"rows": rows_in_words(clause, entity)})
    yield from (_field(name, clause, entity) for name in clause.fields)


def _addition(addition: Addition, glass: BreakGlass, model: Catalogue) -> Text:
    rows = condition_in_words(addition.condition, model.entity(addition.entity))
    facts = {"fields": ", ".join(addition.fields), "entity": addition.entity, "rows": rows}
    if addition.roles == glass.roles:
        return Text("sheet.glass.adds", facts)
    return Text("sheet.glass.adds_for", {**facts, "roles": _roles(addition.roles)})


def _roles(roles: Iterable[str]) -> Text:
    return listed(Text(f"role.{role}") for role in roles)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
