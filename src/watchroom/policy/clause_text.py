"""Reading one clause, one exclusion, one addition and what may be asked for, of an agreement."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind, Sensitivity, columns_of
from watchroom.policy.clauses import ALWAYS_SHOWN, NAMED_BASE, Clause, Exclusion, Right
from watchroom.policy.condition_text import read_condition
from watchroom.policy.conditions import ALWAYS, FACTS_WITHOUT_RECORD, SUBJECTS, All, Condition
from watchroom.policy.errors import ConditionError
from watchroom.policy.forbidden import Flow, opened
from watchroom.policy.form import Form
from watchroom.policy.masks import Mask, suits
from watchroom.policy.openings import REQUEST_PREFIX, Addition
from watchroom.policy.terms import REGIMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What an agreement says for all its clauses; a clause may narrow it."""

    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    regime: str
    no_persons: bool


def read_clause(form: Form, *, model: Catalogue, frame: Frame) -> Clause:
    """The clause that `form` holds, in the frame of its agreement.

    Raises:
        AgreementError: with the line.
    """
    entity = _entity(form, model)
    allow = frozenset(Right(name) for name in form.known("allow", tuple(Right)))
    fields = _fields(form, entity)
    regime = form.known_one("regime", REGIMES) if form.has("regime") else frame.regime
    clause = Clause(
        name=form.name("clause"),
        entity=entity.name,
        roles=form.known("roles", frame.roles) if form.has("roles") else frame.roles,
        purposes=form.known("purposes", frame.purposes) if form.has("purposes") else frame.purposes,
        allow=allow,
        fields=fields,
        masks=_masks(form, entity, fields),
        condition=_condition(form, entity),
        regime=regime,
        basis=_own_basis(form, regime, frame=frame),
        line=form.line,
    )
    if clause.is_count_only:
        _require_one_group(form, entity, clause)
    else:
        _require_no_persons(form, entity, fields, because=_no_persons(frame, regime))
    _require_not_forbidden(form, clause)
    form.close()
    return clause


def read_addition(form: Form, *, model: Catalogue, frame: Frame, roles: tuple[str, ...]) -> Addition:
    """What a broken glass adds for `roles`, or some of them, as `form` says: fields of rows that it must choose.

    Raises:
        AgreementError: with the line.
    """
    entity = _entity(form, model)
    addition = Addition(
        entity=entity.name,
        roles=form.known("roles", roles) if form.has("roles") else roles,
        fields=_fields(form, entity),
        condition=_condition(form, entity),
    )
    if addition.condition == ALWAYS:
        raise form.fault("`adds` must say of which rows, by `where` or `subject`; absent is not all")
    _require_no_persons(form, entity, addition.fields, because=_no_persons(frame, frame.regime))
    for flow in opened(entity.name, roles=addition.roles, fields=addition.fields, condition=addition.condition):
        raise form.fault(_forbidden(flow), "fields")
    form.close()
    return addition


def read_asked_clause(form: Form, *, model: Catalogue, frame: Frame) -> Clause:
    """What is shown once it was asked for, as `form` says; rows of people alone, and never to be taken away.

    Raises:
        AgreementError: with the line.
    """
    entity = _entity(form, model)
    if entity.name != "person" and not any(one.name == "person_id" for one in entity.fields):
        raise form.fault("what is asked for must be about one person: name an entity with a `person_id`", "entity")
    fields = _fields(form, entity)
    regime = form.known_one("regime", REGIMES) if form.has("regime") else frame.regime
    clause = Clause(
        name=f"{REQUEST_PREFIX}{form.name('name')}",
        entity=entity.name,
        roles=form.known("roles", frame.roles),
        purposes=form.known("purposes", frame.purposes),
        allow=frozenset({Right.READ, Right.LIST}),
        fields=fields,
        masks=_masks(form, entity, fields),
        condition=_condition(form, entity),
        regime=regime,
        basis=_own_basis(form, regime, frame=frame),
        line=form.line,
    )
    _require_no_persons(form, entity, fields, because=_no_persons(frame, regime))
    _require_not_forbidden(form, clause)
    return clause


def read_about(form: Form, *, model: Catalogue) -> Condition:
    """On a `person`: whom one may ask about, as `subject` of `form` says.

    Raises:
        AgreementError: with the line.
    """
    return _related(form, model.entity("person"))


def read_exclusion(form: Form, *, model: Catalogue) -> Exclusion:
    """The exclusion that `form` holds: for the entities that it names, or for all.

    Raises:
        AgreementError: with the line.
    """
    text = form.text("where")
    names = form.known("entities", tuple(model.entities)) if form.has("entities") else None
    conditions: dict[str, Condition] = {}
    for name in names or tuple(model.entities):
        try:
            conditions[name] = read_condition(text, columns=_columns(model.entity(name)))
        except ConditionError as fault:
            hint = "" if names else "; name the `entities` that it is for"
            raise form.fault(f"`where` for entity `{name}`: {fault}{hint}", "where") from None
        except RecursionError:
            raise form.fault("`where` has brackets too deep to be read", "where") from None
    exclusion = Exclusion(conditions=conditions, reason=form.text("reason"))
    form.close()
    return exclusion


def _entity(form: Form, model: Catalogue) -> Entity:
    name = form.text("entity")
    if name not in model.entities:
        raise form.fault(f"the model has no entity `{name}`", "entity")
    return model.entities[name]


def _columns(entity: Entity) -> Mapping[str, str]:
    return {column.name: column.sql_type for column in columns_of(entity)}


def _fields(form: Form, entity: Entity) -> tuple[str, ...]:
    possible = {field.name for field in entity.fields} | set(NAMED_BASE) | ALWAYS_SHOWN
    for name in form.texts("fields"):
        if name not in possible:
            raise form.fault(f"entity `{entity.name}` has no field `{name}`", "fields")
    return form.texts("fields")


def _masks(form: Form, entity: Entity, fields: tuple[str, ...]) -> Mapping[str, Mask]:
    masks: dict[str, Mask] = {}
    written: Mapping[str, str] = form.pairs("masks") if form.has("masks") else {}
    for name, word in written.items():
        if name not in fields or name not in {field.name for field in entity.fields}:
            raise form.fault(f"`{name}` is masked but is no field of the entity that this clause shows", "masks")
        if word not in tuple(Mask):
            raise form.fault(f"`{word}` is no mask; there are {', '.join(Mask)}", "masks")
        if not suits(Mask(word), entity.field(name)):
            raise form.fault(f"mask `{word}` does not suit field `{name}`", "masks")
        masks[name] = Mask(word)
    return masks


def _condition(form: Form, entity: Entity) -> Condition:
    parts: list[Condition] = []
    if form.has("subject"):
        parts.append(_related(form, entity))
    if form.has("where"):
        parts.append(_said(form, "where", form.text("where"), entity=entity))
    match parts:
        case []:
            return ALWAYS
        case [only]:
            return only
        case _:
            return All(parts=tuple(parts))


def _related(form: Form, entity: Entity) -> Condition:
    """The relation to the subject that `subject` names."""
    text = form.text("subject")
    if text not in SUBJECTS:
        known = ", ".join(sorted(SUBJECTS))
        why = f": {FACTS_WITHOUT_RECORD[text]}" if text in FACTS_WITHOUT_RECORD else ""
        raise form.fault(f"`{text}` is no relation to the subject{why}; there are {known}", "subject")
    said = SUBJECTS[text]
    return _said(form, "subject", said.replace("person_id ", "id ") if entity.name == "person" else said, entity=entity)


def _said(form: Form, key: str, said: str, *, entity: Entity) -> Condition:
    try:
        return read_condition(said, columns=_columns(entity))
    except ConditionError as fault:
        raise form.fault(f"`{key}` for entity `{entity.name}`: {fault}", key) from None
    except RecursionError:
        raise form.fault(f"`{key}` has brackets too deep to be read", key) from None


def _require_one_group(form: Form, entity: Entity, clause: Clause) -> None:
    name = clause.fields[0]
    is_place = name in entity.scoped_by
    is_coded = name in {field.name for field in entity.fields if field.kind in (FieldKind.CODE, FieldKind.BOOLEAN)}
    if len(clause.fields) != 1 or not (is_place or is_coded) or clause.masks:
        raise form.fault("a clause that only counts names one field to group by: a place, a code or a yes/no", "fields")


def _own_basis(form: Form, regime: str, *, frame: Frame) -> str | None:
    """The basis of the clause itself, which it must name where it leaves the regime of its agreement."""
    crosses = regime != frame.regime and frame.regime != "mixed"
    if crosses and not form.has("basis"):
        raise form.fault(
            f"the clause crosses from `{frame.regime}` to `{regime}` and must name a `basis` of its own", "regime"
        )
    return form.text_if_any("basis")


def _no_persons(frame: Frame, regime: str) -> str | None:
    """Why no field may tell of a person; None: it may."""
    if frame.no_persons:
        return "the agreement says `no_persons`"
    return "the regime is `not-personal-data`" if regime == "not-personal-data" else None


def _require_no_persons(form: Form, entity: Entity, fields: tuple[str, ...], *, because: str | None) -> None:
    for field in entity.fields:
        if because and field.name in fields and (entity.about_person or _tells_of_persons(field)):
            raise form.fault(f"{because}, and field `{field.name}` may tell of one", "fields")


def _require_not_forbidden(form: Form, clause: Clause) -> None:
    for flow in opened(clause.entity, roles=clause.roles, fields=clause.fields, condition=clause.condition):
        raise form.fault(_forbidden(flow), "fields")


def _forbidden(flow: Flow) -> str:
    told = f"the clause would open the forbidden flow `{flow.name}`: {flow.reason} ({flow.source}); "
    if flow.guard is None:
        return f"{told}take {', '.join(f'`{name}`' for name in sorted(flow.fields))} out"
    safe = ", ".join(f"'{value}'" for value in sorted(map(str, flow.guard.safe)))
    return f"{told}show the fields only `where {flow.guard.column} in ({safe})`"


def _tells_of_persons(field: Field) -> bool:
    return field.free_text or field.target == "person" or field.sensitivity is not Sensitivity.NONE
