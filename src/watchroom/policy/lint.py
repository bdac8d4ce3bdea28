"""Where an agreement is broader than it has to be: findings for whoever signs it, none of which stops it.

What makes an agreement unsound is an error of the loader. What may be meant, but should be meant twice, stands here.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from watchroom.model.catalogue import Catalogue, Entity, Sensitivity
from watchroom.model.text import Text
from watchroom.policy.clauses import Agreement, Clause, OnRequest, Right
from watchroom.policy.conditions import ALWAYS, All, Condition, InFact, Some
from watchroom.policy.periods import Period
from watchroom.policy.term_words import period_in_words

MOST_PURPOSES: Final = 3
MOST_ASKED_FIELDS: Final = 6
LONGEST_USUAL: Final = timedelta(days=7)
LARGEST_SHARE: Final = 0.05
LATEST_FIRST_REVIEW: Final = timedelta(days=366)
NAMES: Final = frozenset({"family_name", "given_names", "sort_key", "staff_name"})
_GRAVE: Final = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.INTELLIGENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What only the record and the audit can tell of an agreement.

    Attributes:
        shares: by clause, the part of all persons of the node whom it shows, from 0 to 1.
        unused: by clause, the fields that nobody has read for 90 days.
    """

    shares: Mapping[str, float] = field(default_factory=dict[str, float])
    unused: Mapping[str, Set[str]] = field(default_factory=dict[str, Set[str]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that should be meant twice.

    Attributes:
        text: what it is.
        clause: of which clause; None: of the agreement.
        line: in the file, from 1; 0: of the agreement as a whole.
    """

    text: Text
    clause: str | None = None
    line: int = 0


def lint(agreement: Agreement, *, model: Catalogue, measured: Measured | None = None) -> tuple[Finding, ...]:
    """The findings of an agreement: of the whole first, then clause by clause.

    Args:
        agreement: that was read from a text.
        model: that it was read with.
        measured: None: nothing was measured, and nothing is found in that respect.
    """
    found = [Finding(text=text) for text in _of_whole(agreement)]
    is_charter = all(recipient.organisation == agreement.provider for recipient in agreement.recipients)
    for clause in agreement.clauses:
        texts = _of_clause(clause, model.entity(clause.entity), is_charter=is_charter)
        texts += _of_measures(clause, measured or Measured())
        found += [Finding(text=text, clause=clause.name, line=clause.line) for text in texts]
    for asked in agreement.on_request:
        clause = asked.clause
        texts = [*_of_asked(asked, model.entity(clause.entity), is_charter=is_charter)]
        found += [Finding(text=text, clause=clause.name, line=clause.line) for text in texts]
    return tuple(found)


def _of_whole(agreement: Agreement) -> Iterator[Text]:
    receiving = {recipient.organisation for recipient in agreement.recipients} - {agreement.provider}
    signing = {signatory.organisation for signatory in agreement.terms.signatories}
    if not any(_hides_restricted(condition) for one in agreement.exclusions for condition in one.conditions.values()):
        yield Text("lint.no_exclusion_of_restricted")
    if agreement.review_by - agreement.valid_from > LATEST_FIRST_REVIEW:
        yield Text("lint.late_review", {"day": agreement.review_by})
    for organisation in sorted(receiving - signing):
        yield Text("lint.receives_unsigned", {"organisation": organisation})
    if agreement.provider not in signing:
        yield Text("lint.gives_unsigned", {"organisation": agreement.provider})
    if receiving and agreement.terms.retention.keep is None:
        yield Text("lint.kept_without_end")
    promised = {obligation.name for obligation in agreement.terms.obligations}
    if receiving and not agreement.no_persons and "no-onward-sharing" not in promised:
        yield Text("lint.onward_sharing")


def _of_clause(clause: Clause, entity: Entity, *, is_charter: bool) -> list[Text]:
    """What is found of one clause by itself."""
    found: list[Text] = []
    if len(clause.purposes) > MOST_PURPOSES:
        found.append(Text("lint.many_purposes", {"count": len(clause.purposes)}))
    if clause.is_count_only:
        return found
    if entity.about_person and clause.condition == ALWAYS:
        found.append(Text("lint.every_person", {"entity": entity.name}))
    elif entity.about_person and not asks_who(clause.condition):
        found.append(Text("lint.no_relation", {"entity": entity.name}))
    found += _of_fields(clause, entity, is_charter=is_charter)
    if Right.EXPORT in clause.allow:
        found += [Text("lint.export_of_names", {"field": name}) for name in _whole(clause) if name in NAMES]
    return found


def _of_fields(clause: Clause, entity: Entity, *, is_charter: bool) -> Iterator[Text]:
    whole = set(_whole(clause))
    for one in entity.fields:
        if one.name in whole and one.free_text:
            yield Text("lint.free_text", {"field": one.name})
        elif one.name in whole and one.sensitivity in _GRAVE and not is_charter:
            yield Text("lint.grave_field", {"field": one.name})


def _of_asked(asked: OnRequest, entity: Entity, *, is_charter: bool) -> Iterator[Text]:
    """What is found of one thing that may be asked for: it shows one person, and yet more than may be meant."""
    clause = asked.clause
    if len(clause.purposes) > MOST_PURPOSES:
        yield Text("lint.many_purposes", {"count": len(clause.purposes)})
    yield from _of_fields(clause, entity, is_charter=is_charter)
    if clause.condition == asked.about and len(clause.fields) > MOST_ASKED_FIELDS:
        yield Text("lint.asked_for_much", {"count": len(clause.fields)})
    for role in sorted(set(clause.roles) & set(asked.decided_by)):
        yield Text("lint.asker_decides", {"role": Text(f"role.{role}")})
    if asked.lasts > LONGEST_USUAL:
        yield Text("lint.given_for_long", {"period": period_in_words(Period(span=asked.lasts))})


def _of_measures(clause: Clause, measured: Measured) -> Iterator[Text]:
    share = measured.shares.get(clause.name, 0.0)
    if share > LARGEST_SHARE:
        yield Text("lint.large_share", {"percent": round(100 * share)})
    for name in sorted(measured.unused.get(clause.name, frozenset()) & set(clause.fields)):
        yield Text("lint.unused_field", {"field": name})


def asks_who(condition: Condition) -> bool:
    """Whether every row that `condition` lets through is one to which the asker has a relation."""
    match condition:
        case InFact():
            return True
        case All(parts=parts):
            return any(asks_who(part) for part in parts)
        case Some(parts=parts):
            return all(asks_who(part) for part in parts)
        case _:
            return False


def _whole(clause: Clause) -> Iterable[str]:
    """The fields that are shown without a mask, in their order."""
    return [name for name in clause.fields if name not in clause.masks]


def _hides_restricted(condition: Condition) -> bool:
    return getattr(condition, "column", None) == "is_restricted"
