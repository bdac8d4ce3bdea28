"""Whom an agreement reaches, counted on the record: a draft beside what is in force, what is kept beside the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from watchroom.audit.entries import Act
from watchroom.gate.preview import Preview, Reach, Seat, seats_of
from watchroom.ingest.places import known_places
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.node.agreement_desk import AgreementDesk, AgreementNode
from watchroom.policy.agreement import load_agreement
from watchroom.policy.clauses import Agreement
from watchroom.policy.difference import Difference, difference
from watchroom.store.roles import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """An agreement beside what is in force, still to be counted.

    Attributes:
        agreement: it is counted as if it had begun.
        before: the version of that name that is in force; None: there is none, or all of it is counted.
        seats: whose view is compared.
        reaches: what changes for each of them, in that order, each when it is counted.
        as_of: of which state of the record; None: the present.
    """

    agreement: Agreement
    before: Agreement | None
    seats: tuple[Seat, ...]
    reaches: Iterator[Reach]
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A draft beside what is in force.

    Attributes:
        agreement: the draft.
        before: the version of that name that is in force; None: there is none.
        reaches: what changes, by who asks.
        as_of: of which state of the record; None: the present.
        model: of the node.
    """

    agreement: Agreement
    before: Agreement | None
    reaches: tuple[Reach, ...]
    as_of: datetime | None
    model: Catalogue

    @property
    def difference(self) -> Difference:
        """What the draft says otherwise than the version in force; of a first one, nothing."""
        return difference(self.before or self.agreement, self.agreement, model=self.model)

    def as_json(self, words: Words) -> dict[str, object]:
        """The form that the command gives; more keys may come, these keep their names."""
        said = self.difference
        return {
            "agreement": self.agreement.name,
            "version": self.agreement.version,
            "digest": self.agreement.digest,
            "before": None if self.before is None else self.before.version,
            "as_of": self.as_of,
            "is_wider": said.is_wider or self.before is None,
            "is_narrower": said.is_narrower,
            "difference": [
                {"direction": one.direction.value, "clause": one.clause, "text": words.say(one.whole_text)}
                for one in said.changes
            ],
            "changes": [_as_json(one) for one in self.reaches],
        }


def preview(desk: AgreementDesk, document: str, *, where: str, as_of: datetime | None = None) -> Previewed:
    """What a draft would change if it were in force.

    Args:
        desk: of who asks.
        document: YAML.
        where: name of its file, for errors.
        as_of: on the record as known then, timezone-aware; None: as known now.

    Raises:
        AgreementError: it cannot be read, or its last day is past.
    """
    found = prospect(desk, document, where=where, as_of=as_of)
    return Previewed(
        agreement=found.agreement,
        before=found.before,
        reaches=tuple(found.reaches),
        as_of=as_of,
        model=desk.node.gate.model,
    )


def prospect(desk: AgreementDesk, document: str, *, where: str, as_of: datetime | None = None) -> Prospect:
    """The same, entered in the log and not yet counted."""
    today = _today(desk.node)
    draft = load_agreement(document, where=where, model=desk.node.gate.model, on=today)
    now = desk.node.agreements.settle()
    held = next((one for one in now if one.name == draft.name), None)
    others = [one for one in now if one.name != draft.name]
    seats = seats_of(draft) if held is None else seats_of(held, draft)
    desk.look(Act.COUNT, "previewed", about=draft)
    reaches = counting(desk.node, now).each(now, [*others, _begun(draft, today)], seats=seats, as_of=as_of)
    return Prospect(agreement=draft, before=held, seats=seats, reaches=reaches, as_of=as_of)


def reach(desk: AgreementDesk, digest: str, *, as_of: datetime | None = None) -> Prospect:
    """Whom a kept version reaches beyond what all else gives; entered in the log and not yet counted.

    Raises:
        NotFoundError: it was not entered.
    """
    agreement = desk.one(digest).agreement
    now = desk.node.agreements.settle()
    others = [one for one in now if one.name != agreement.name]
    seats = seats_of(agreement)
    desk.look(Act.COUNT, "counted", about=agreement)
    after = [*others, _begun(agreement, _today(desk.node))]
    reaches = counting(desk.node, now).each(others, after, seats=seats, as_of=as_of)
    return Prospect(agreement=agreement, before=None, seats=seats, reaches=reaches, as_of=as_of)


def _today(node: AgreementNode) -> date:
    return node.clock.now().astimezone(node.jurisdiction.zone).date()


def _begun(agreement: Agreement, today: date) -> Agreement:
    """As if it began today: what it gives is the question, whatever its first day."""
    return replace(agreement, valid_from=min(agreement.valid_from, today))


def counting(node: AgreementNode, in_force: Sequence[Agreement]) -> Preview:
    """A preview for somebody who is assigned to every place that deliveries have named, on the policy in force."""
    with node.database.connection(Principal.LOADER) as connection:
        places = known_places(connection)
    return Preview(
        database=node.database,
        model=node.gate.model,
        machine=node.machine_clock,
        clock=node.clock,
        zone=node.jurisdiction.zone,
        sites=places.sites,
        units=places.units,
        in_force=tuple(in_force),
    )


def _as_json(one: Reach) -> dict[str, object]:
    return {
        "organisation": one.seat.organisation,
        "role": one.seat.role,
        "purpose": one.seat.purpose,
        "people": {
            "before": one.people_before,
            "after": one.people_after,
            "added": one.people_added,
            "removed": one.people_removed,
        },
        "fields": {"added": list(one.fields_added), "removed": list(one.fields_removed)},
    }
