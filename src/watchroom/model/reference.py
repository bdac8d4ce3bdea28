"""The data dictionary and the code lists as pages of the docs, made from the model."""

from collections.abc import Iterator, Mapping

from watchroom.model.catalogue import (
    LONGEST_FREE_TEXT,
    LONGEST_KEY,
    LONGEST_TEXT,
    Catalogue,
    Entity,
    Field,
    FieldKind,
    Sensitivity,
    catalogue,
)
from watchroom.model.code_lists import CodeList, code_list, code_list_names, sources
from watchroom.model.equivalents import equivalents
from watchroom.model.pictures import OF_THE_PLATFORM, as_mermaid, as_svg, boxes, domains

# A list longer than this is told by its length; its file holds it.
_SHOWN_IN_FULL = 60
_DOMAINS = {
    "core": "Agencies, places and people",
    "custody": "Time in custody",
    "courts": "Courts and bail",
    "safety": "Risk, safety and care",
    "health": "Health and education",
    "daily": "The day's business",
    "incident": "Incidents, command and warnings",
    "police": "Police",
    "emergency": "Ambulance and fire",
    "probation": "Probation and public protection",
    "safeguarding": "Safeguarding",
    "transport": "Roads, transport and planned events",
    "work": "Work of staff and of the node",
    OF_THE_PLATFORM: "The platform itself",
}


def dictionary(model: Catalogue | None = None, *, made_by: str = "tools/write_reference.py") -> str:
    """The page `docs/reference/dictionary.md`; of a node's own model, where one is given."""
    return "\n".join(_dictionary_lines(model or catalogue(), made_by)) + "\n"


def code_list_page() -> str:
    """The page `docs/reference/code-lists.md`."""
    return "\n".join(_code_list_lines()) + "\n"


def _dictionary_lines(model: Catalogue, made_by: str) -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield (
        f"Model version {model.version}. Made by `{made_by}` from the schema, `src/watchroom/model/schema` and what an"
        " agency adds; the check fails when the page of ours differs."
    )
    yield ""
    yield (
        "A code `x_code` is a code of the list it names, and `x_source_value` beside it keeps what the source said. A"
        " reference `x_id` holds the `id` of the entity it names. Instants are kept in UTC, days are days of the node."
    )
    yield ""
    yield "Marks:"
    yield ""
    yield "- **required**: a source row without it is held back"
    yield "- **free text**: may hold anything about anybody"
    yield "- **health**: tells of a person's health beyond what staff must do"
    yield "- **default**: a value equal to the extract's own instant is the source's default: *date unreliable*"
    yield "- **identifies**: a mapping may find rows of other sources of its agency by it (ADR 42)"
    yield "- **news**: the kind of news that a change of it is (a change of a field without one is no news)"
    yield ""
    yield from _limit_lines()
    yield from _base_lines(model)
    domain = ""
    for entity in model.entities.values():
        if entity.domain != domain:
            domain = entity.domain
            yield f"## {domain_title(domain, model)}"
            yield ""
        yield from _entity_lines(entity)
    yield from _added_lines(model)
    yield from _kept_lines(model)
    yield "## Kinds of news"
    yield ""
    yield from _table(("kind", "what"), [(f"`{name}`", what) for name, what in model.change_categories.items()])


def _limit_lines() -> Iterator[str]:
    yield "## How long a text may be"
    yield ""
    yield (
        "In bytes of UTF-8. A row with a longer one is held back whole, with file, row and field: a text that is cut"
        " says something else than its source."
    )
    yield ""
    rows = [
        ("a text", f"{LONGEST_TEXT:,}"),
        ("a text that is marked *free text*", f"{LONGEST_FREE_TEXT:,}"),
        ("a shape on the map", f"{LONGEST_FREE_TEXT:,}"),
        ("the key by which its source calls a row, and the code of a place", f"{LONGEST_KEY:,}"),
    ]
    yield from _table(("what", "at most"), rows)


def _base_lines(model: Catalogue) -> Iterator[str]:
    yield "## What every row has"
    yield ""
    rows = [
        (f"`{base.name}`", base.description, ", ".join(f"`{value}`" for value in base.values))
        for base in model.base.values()
    ]
    yield from _table(("field", "what it is", "values"), rows)
    yield "`site_code` and `unit_code` stand on the entities that are scoped by them."
    yield ""


def _added_lines(model: Catalogue) -> Iterator[str]:
    """Which fields of our own entities an agency added: they stand there with the others."""
    added = [f"`{name}.{field.name}`" for name, entity in model.entities.items() for field in _of_agency(entity)]
    if added:
        yield from ("## Added to our entities by the agency", "", f"{', '.join(added)}.", "")


def _of_agency(entity: Entity) -> list[Field]:
    ours = catalogue().entities.get(entity.name)
    return [] if ours is None else [field for field in entity.fields if field not in ours.fields]


def _kept_lines(model: Catalogue) -> Iterator[str]:
    yield from ("## Kept elsewhere", "")
    yield (
        "What the platform keeps in tables of its own, or makes anew each time that somebody asks. None of it is a"
        " record of a source; a test compares what stands here with what stands there."
    )
    yield ""
    for kept in model.kept.values():
        where = f"kept in `{kept.kept_in}`" if kept.kept_in else f"made as `{kept.made_as}`, kept nowhere"
        about = "about a person" if kept.about_person else "not about a person"
        yield from (f"### {kept.name}", "", f"{kept.description} It is {about}, {where}.", "")
        rows = [
            (
                f"`{one.name}`",
                f"-> [{one.of}](#{one.of})" if one.of else one.kind,
                one.description,
                "" if one.sensitivity is Sensitivity.NONE else one.sensitivity.value.replace("_", " "),
                "required" if one.required else "",
            )
            for one in kept.fields
        ]
        yield from _table(("field", "type", "what it is", "sensitivity", "marks"), rows)


def entity_pictures(model: Catalogue | None = None) -> Mapping[str, str]:
    """The page of pictures and the pictures beside it, by file name."""
    known = model or catalogue()
    lines = ["# Pictures of the entities", ""]
    lines.append(
        "A box points to what its fields name; a dashed box belongs to another domain. Each picture is drawn by the"
        " program itself (`entities/*.svg`); below it stands the same for whoever draws Mermaid."
    )
    pages: dict[str, str] = {}
    for domain in domains(known):
        title = domain_title(domain, known)
        found = boxes(known, domain)
        pages[f"entities/{domain}.svg"] = as_svg(found, title=title)
        lines += [
            "",
            f"## {title}",
            "",
            f"![{title}](entities/{domain}.svg)",
            "",
            "<details><summary>Mermaid</summary>",
            "",
        ]
        lines += ["```mermaid", as_mermaid(found).rstrip("\n"), "```", "", "</details>"]
    return {"entities.md": "\n".join(lines) + "\n", **pages}


def domain_title(domain: str, model: Catalogue) -> str:
    """What a domain is called: ours by its subject, an agency's own by the title of its file."""
    return _DOMAINS.get(domain) or model.domains.get(domain) or domain


def _entity_lines(entity: Entity) -> Iterator[str]:
    yield f"### {entity.name}"
    yield ""
    scope = " and ".join(f"`{name}`" for name in entity.scoped_by) or "nothing"
    about = "about a person" if entity.about_person else "not about a person"
    niem = f"; NIEM `{entity.niem}`" if entity.niem else ""
    fhir = f"; FHIR `{entity.fhir}`" if entity.fhir else ""
    yield f"{entity.description} It is {about}, scoped by {scope}, kept as `{entity.retention}`{niem}{fhir}."
    yield ""
    rows = [
        (f"`{field.name}`", _type(field), field.description, _sensitivity(field), _marks(field))
        for field in entity.fields
    ]
    yield from _table(("field", "type", "what it is", "sensitivity", "marks"), rows)


def _type(field: Field) -> str:
    if field.kind is FieldKind.CODE:
        return f"[{field.code_list}](code-lists.md#{field.code_list})"
    if field.kind is FieldKind.REFERENCE:
        return f"-> [{field.target}](#{field.target})"
    return field.kind.value


def _sensitivity(field: Field) -> str:
    return "" if field.sensitivity is Sensitivity.NONE else field.sensitivity.value.replace("_", " ")


def _marks(field: Field) -> str:
    marks = {
        "required": field.required,
        "free text": field.free_text,
        "health": field.health,
        "default": field.default_instant,
        "identifies": field.identifies,
    }
    told = [mark for mark, holds in marks.items() if holds]
    if field.change_category:
        told.append(f"news: {field.change_category}")
    if field.niem:
        told.append(f"NIEM `{field.niem}`")
    if field.fhir:
        told.append(f"FHIR `{field.fhir}`")
    return ", ".join(told)


def _code_list_lines() -> Iterator[str]:
    yield "# Code lists"
    yield ""
    yield "Made from `src/watchroom/model/codes` by `tools/write_reference.py`; the check fails when this page differs."
    yield "*Until* is the first day on which a code may be given no more."
    yield ""
    rows = [
        (f"`{source.name}`", source.what, source.licence, source.edition.isoformat()) for source in sources().values()
    ]
    yield from _table(("source", "what", "licence", "edition"), rows)
    for name in code_list_names():
        yield from _list_lines(code_list(name))
    yield "## Codes of other agencies"
    yield ""
    yield "What is known to mean the same, from the day and until the day named; what is not here is not known."
    yield ""
    same = [
        (
            f"`{known.scheme}`",
            f"`{known.value}`",
            f"`{known.code_list}`",
            f"`{known.code}`",
            known.valid_from.isoformat() if known.valid_from else "",
            known.valid_to.isoformat() if known.valid_to else "",
            known.source,
        )
        for known in equivalents()
    ]
    yield from _table(("whose", "code", "list", "our code", "from", "until", "known from"), same)


def _list_lines(codes: CodeList) -> Iterator[str]:
    yield f"## {codes.name}"
    yield ""
    published = ", ".join(sorted({f"`{code.source}`" for code in codes.codes.values()}))
    fields = ", ".join(
        f"`{entity.name}.{field.name}`"
        for entity in catalogue().entities.values()
        for field in entity.fields
        if field.code_list == codes.name
    )
    yield f"{len(codes.codes)} codes of {published}; used by {fields}."
    yield ""
    if len(codes.codes) > _SHOWN_IN_FULL:
        yield f"The list is `src/watchroom/model/codes/{codes.name}.csv`."
        yield ""
        return
    rows = [
        (
            f"`{code.code}`",
            code.description,
            code.parent or "",
            code.valid_from.isoformat() if code.valid_from else "",
            code.valid_to.isoformat() if code.valid_to else "not known" if code.is_withdrawn else "",
        )
        for code in codes.codes.values()
    ]
    yield from _table(("code", "meaning", "under", "from", "until"), rows)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""
