"""The record of processing: per entity what is held of whom, on which ground, for how long, and who is given it.

Its headings are those of UK GDPR Article 30 and of section 61 of the Data Protection Act 2018. What stands below
them is what the model and an agreement say; whether that is lawful, a data protection officer says.
"""

from collections.abc import Iterator, Sequence

from watchroom.model.catalogue import Catalogue, Entity, Field, Sensitivity
from watchroom.model.platform_tables import platform_tables
from watchroom.policy.clauses import Agreement, Clause
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES
from watchroom.policy.terms import Law

_HEAD = """# Record of processing

Made from the model and from a charter; the facts are theirs, each with its place. It says what is declared, and makes
no claim that it is lawful: a data protection officer has to confirm it. The headings are those of UK GDPR Article 30(1)
and of section 61 of the Data Protection Act 2018."""


def record_of_processing(agreement: Agreement, model: Catalogue, *, made_by: str) -> str:
    """The record as a page of Markdown.

    Args:
        agreement: the charter of an agency.
        model: that it speaks of.
        made_by: the command that makes the page.
    """
    lines = [_HEAD, "", f"Made by `{made_by}`. Charter: {agreement.reference}. Model: {model.version}.", ""]
    lines += _of_controller(agreement)
    lines += _overview(agreement, model)
    for entity in model.entities.values():
        lines += _of_entity(entity, agreement, model)
    lines += _of_the_platform(model)
    return "\n".join(lines) + "\n"


def _of_controller(agreement: Agreement) -> Iterator[str]:
    terms, law = agreement.terms, agreement.terms.law
    transfers = "none is declared: the charter gives to roles of these organisations and to nobody else"
    rows = [
        ("controller and contact, Art. 30(1)(a)", f"{terms.controller or agreement.provider}; {terms.contact}"),
        ("purposes, Art. 30(1)(b)", " ".join(f"`{name}`: {_lower(name)}" for name in agreement.purposes)),
        ("categories of people and of data, Art. 30(1)(c)", "by entity, below"),
        ("categories of recipients, Art. 30(1)(d)", _recipients_of(agreement)),
        ("transfers to third countries, Art. 30(1)(e)", transfers),
        ("time limits for erasure, Art. 30(1)(f)", "rules by entity, below; the periods are set by each agency"),
        ("security measures, Art. 30(1)(g)", "access by clauses (`access.md`), every look entered (`audit-events.md`)"),
        ("legal basis, s. 61", _ground(law)),
        ("profiling, s. 61", "rules give reasons and no score (`rules.md`); people decide"),
    ]
    yield from ("## Controller, purposes and ground", "", "| what | as declared |", "|---|---|")
    yield from (f"| {head} | {_cell(text)} |" for head, text in rows)
    yield ""


def _lower(purpose: str) -> str:
    said = PURPOSES[purpose].description
    return said[:1].lower() + said[1:]


def _recipients_of(agreement: Agreement) -> str:
    told = [
        f"{one.organisation}: {', '.join(ROLES[role].title.lower() for role in one.roles)}"
        for one in agreement.recipients
    ]
    return "; ".join(told)


def _ground(law: Law) -> str:
    parts = (f"`{law.regime}`", law.basis, law.condition, law.gateway, law.policy_document)
    return "; ".join(part for part in parts if part)


def _overview(agreement: Agreement, model: Catalogue) -> Iterator[str]:
    yield from (
        "## Overview",
        "",
        "| entity | whose | categories of data | kept as | given by |",
        "|---|---|---|---|---|",
    )
    for entity in model.entities.values():
        kinds = ", ".join(dict.fromkeys(_word(one.sensitivity) for one in entity.fields if _is_personal(one))) or "none"
        count = len(_clauses_of(entity, agreement))
        given = f"{count} clause{'s' if count > 1 else ''}" if count else "nobody"
        link = f"[{entity.name}](#{entity.name})"
        yield f"| {link} | {_whose(entity)} | {kinds} | `{entity.retention}` | {given} |"
    yield ""


def _of_entity(entity: Entity, agreement: Agreement, model: Catalogue) -> Iterator[str]:
    yield from (f"## {entity.name}", "", entity.description, "", "| what | as declared |", "|---|---|")
    rows = [("categories of people", _whose(entity))]
    rows += [(_word(kind), _named(_fields(entity, kind))) for kind in Sensitivity if _fields(entity, kind)]
    marks = {
        "free text, may tell of anybody": [one for one in entity.fields if one.free_text],
        "tells of health": [one for one in entity.fields if one.health],
    }
    rows += [(mark, _named(found)) for mark, found in marks.items() if found]
    meaning = model.retention.get(entity.retention, "")
    rows.append(("kept", f"`{entity.retention}`: {meaning[:1].lower()}{meaning[1:]}"))
    yield from (f"| {head} | {_cell(text)} |" for head, text in rows)
    yield ""
    clauses = _clauses_of(entity, agreement)
    if not clauses:
        yield from (f"No clause of {agreement.reference} gives anything of it.", "")
        return
    yield from ("| recipients | purposes | fields | regime and basis | clause |", "|---|---|---|---|---|")
    yield from (_row(clause, how, agreement.terms.law) for clause, how in clauses)
    yield from _in_emergency(entity, agreement)
    yield ""


def _row(clause: Clause, how: str, law: Law) -> str:
    roles = ", ".join(ROLES[role].title.lower() for role in clause.roles)
    purposes = _names(clause.purposes)
    what = "numbers only" if clause.is_count_only else f"{len(clause.fields)}"
    basis = f"`{clause.regime}`; {clause.basis or law.basis}"
    return f"| {roles} | {_cell(purposes)} | {what} | {_cell(basis)} | `{clause.name}`{how} |"


def _in_emergency(entity: Entity, agreement: Agreement) -> Iterator[str]:
    """What a broken glass adds of it, on a basis of its own."""
    glass = agreement.break_glass
    for one in glass.additions if glass is not None else ():
        if glass is not None and one.entity == entity.name:
            roles = ", ".join(ROLES[role].title.lower() for role in one.roles)
            basis = _cell(glass.basis or agreement.terms.law.basis)
            yield f"| {roles} | {_names(glass.purposes)} | {len(one.fields)} | {basis} | break-glass, in an emergency |"


def _clauses_of(entity: Entity, agreement: Agreement) -> Sequence[tuple[Clause, str]]:
    """The clauses on an entity with how they are opened."""
    standing = [(one, "") for one in agreement.clauses if one.entity == entity.name]
    asked = [(one.clause, " (on request)") for one in agreement.on_request if one.clause.entity == entity.name]
    return [*standing, *asked]


def _of_the_platform(model: Catalogue) -> Iterator[str]:
    yield from ("## What the platform itself keeps", "")
    yield "Of staff who use it, and of people whom they looked at. No clause gives any of it; duties do (`access.md`)."
    yield from ("", "| what | where | fields that tell of people |", "|---|---|---|")
    for kept in model.kept.values():
        told = [one.name for one in kept.fields if one.sensitivity is not Sensitivity.NONE]
        where = f"`{kept.kept_in}`" if kept.kept_in else "made anew each time, kept nowhere"
        yield f"| {kept.name}: {_cell(kept.description)} | {where} | {', '.join(f'`{name}`' for name in told)} |"
    yield from (
        "",
        "Each table beside the record that tells of anybody, and what erasing a person does with it.",
        "",
    )
    yield from ("| table | of people of the record | of staff | erased | kept |", "|---|---|---|---|---|")
    for table in platform_tables().values():
        if table.is_personal:
            cells = (_names(table.people), _names(table.staff), table.erased, table.kept)
            yield f"| `{table.name}`: {_cell(table.what)} | {' | '.join(map(_cell, cells))} |"


def _whose(entity: Entity) -> str:
    others = [one.name for one in entity.fields if one.target == "person" and one.name != "person_id"]
    if entity.name == "person":
        whose = "people in the agency's care"
    elif entity.about_person:
        whose = "the person named by `person_id`"
    else:
        whose = "" if others or any(map(_is_personal, entity.fields)) else "nobody"
    parts = [whose, f"people named by {_names(others)}" if others else ""]
    staff = [one.name for one in entity.fields if one.name.startswith("staff_")]
    parts.append(f"staff named by {_names(staff)}" if staff else "")
    return "; ".join(part for part in parts if part) or "people whom its fields name"


def _is_personal(field: Field) -> bool:
    return field.sensitivity is not Sensitivity.NONE


def _fields(entity: Entity, kind: Sensitivity) -> list[Field]:
    return [one for one in entity.fields if one.sensitivity is kind]


def _named(fields: Sequence[Field]) -> str:
    return _names([one.name for one in fields])


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _word(kind: Sensitivity) -> str:
    return "not personal in itself" if kind is Sensitivity.NONE else kind.value.replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("|", "/")
