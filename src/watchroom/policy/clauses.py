"""What an agreement says, once it has been read: records that are never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from watchroom.policy.conditions import Condition
from watchroom.policy.masks import Mask
from watchroom.policy.openings import BreakGlass, Room
from watchroom.policy.terms import NO_TERMS, Terms

# From the least to the most protected. A row of another class is shown to nobody.
CLASSIFICATIONS: tuple[str, ...] = ("official", "official_sensitive")

# Columns that come with every row that is shown at all: they say where a row comes from, not what it says.
ALWAYS_SHOWN: frozenset[str] = frozenset(
    {
        "id",
        "agency_code",
        "source_system",
        "batch_id",
        "recorded_from",
        "seq_from",
        "classification",
        "realness",
        "basis",
        "is_restricted",
        "unreliable_dates",
        "site_code",
        "unit_code",
    }
)

# Columns of every row that a clause must name, as it must name the entity's own fields.
NAMED_BASE: tuple[str, ...] = ("source_key", "valid_from", "valid_to", "sharing_restriction", "subject_category")


class Right(StrEnum):
    """What a clause allows to be done with the rows and fields that it names."""

    READ = "read"
    LIST = "list"
    COUNT = "count"
    SUBSCRIBE = "subscribe"
    EXPORT = "export"


class Duty(StrEnum):
    """What a role may do beside being shown records."""

    EXPLAIN = "explain"
    READ_AUDIT = "read_audit"
    ERASE_AUDIT = "erase_audit"
    ERASE_RECORDS = "erase_records"
    LEGAL_HOLDS = "legal_holds"
    QUALITY_COUNTS = "quality_counts"
    AGREEMENTS = "agreements"
    RESTRICT_PEOPLE = "restrict_people"
    REVIEW_GLASS = "review_glass"
    RECORD = "record"


def classifications_up_to(highest: str) -> tuple[str, ...]:
    """The classifications from the least to `highest`, both included; none for a word that is no classification."""
    return CLASSIFICATIONS[: CLASSIFICATIONS.index(highest) + 1] if highest in CLASSIFICATIONS else ()


def classifications_from(lowest: str) -> tuple[str, ...]:
    """The classifications from `lowest` to the most protected, both included; none for a word that is none."""
    return CLASSIFICATIONS[CLASSIFICATIONS.index(lowest) :] if lowest in CLASSIFICATIONS else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An organisation with the roles in it that an agreement is for.

    Attributes:
        organisation, roles: who receives.
        clearance: classification that they are cleared for; None: not said. The loader holds it at or above
            that of the agreement, so that no decision has to.
        member_of: kind of room that they must be a member of; None: of none.
    """

    organisation: str
    roles: tuple[str, ...]
    clearance: str | None = None
    member_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Roles x purposes x entity x rows x fields x masks, which stay together.

    Attributes:
        name: unique in its agreement.
        roles, purposes: those of the agreement that this clause is for.
        allow: what may be done; COUNT without READ or LIST shows numbers only, grouped by the one field.
        fields: names of fields and of columns in NAMED_BASE that are shown.
        masks: for some of `fields`, what is left of them.
        condition: which rows; every row, when it is `ALWAYS`.
        regime: legal regime under which the rows are given.
        basis: lawful basis of its own, where `regime` is not that of the agreement.
        line: in the file, from 1; 0: not read from one.
    """

    name: str
    entity: str
    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    allow: frozenset[Right]
    fields: tuple[str, ...]
    masks: Mapping[str, Mask]
    condition: Condition
    regime: str
    basis: str | None = None
    # Where it stands is not part of what is agreed.
    line: int = field(default=0, compare=False)

    @property
    def is_count_only(self) -> bool:
        """It shows numbers and no row."""
        return self.allow == frozenset({Right.COUNT})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRequest:
    """What may be shown for a time about one person, once it was asked for and somebody has said yes.

    Attributes:
        name: unique in its agreement.
        title: in the words of the parties, for whoever asks and whoever decides.
        clause: what is shown then, and to whom; it is carried here and opened by the gate alone.
        about: on a `person`: whom one may ask about at all.
        lasts: for how long it can be given at most.
        decided_by: roles of the provider, one of whom decides; never the asker.
        answer_within: past it, the ask has come to nothing.
    """

    name: str
    title: str
    clause: Clause
    about: Condition
    lasts: timedelta
    decided_by: tuple[str, ...]
    answer_within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows that no clause shows. It holds as soon as its condition is not known to be false.

    Attributes:
        conditions: by entity. An exclusion of persons covers whatever names the person.
        reason: for whoever may read why.
    """

    conditions: Mapping[str, Condition]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Duties of some roles, for some purposes."""

    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    duties: frozenset[Duty]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement, or an agency's charter, which is an agreement with itself.

    Attributes:
        name: such as `HMPPS-CHARTER`.
        version: from 1.
        title: one line.
        provider: organisation that gives.
        recipients: organisations and roles that receive.
        clauses, exclusions, assignments: what is agreed.
        highest: the most protected classification that is covered.
        valid_from, valid_to, review_by: days of the node, the first two included.
        digest: SHA-256 of its canonical form, in hexadecimal.
        terms: law, promises, retention and signatories.
        no_persons: no clause may show a field that can tell of a person.
        break_glass, on_request: opened for one person at a time; see `opened_clauses`.
        room: while it is open, and for its members alone, the clauses give anything.
    """

    name: str
    version: int
    title: str
    provider: str
    recipients: tuple[Recipient, ...]
    clauses: tuple[Clause, ...]
    exclusions: tuple[Exclusion, ...]
    assignments: tuple[Assignment, ...]
    highest: str
    valid_from: date
    valid_to: date
    review_by: date
    digest: str
    terms: Terms = NO_TERMS
    no_persons: bool = False
    break_glass: BreakGlass | None = None
    room: Room | None = None
    on_request: tuple[OnRequest, ...] = ()

    @property
    def reference(self) -> str:
        """Its name and version, as `HMPPS-CHARTER.1`."""
        return f"{self.name}.{self.version}"

    def roles_for(self, organisation: str) -> frozenset[str]:
        """The roles of `organisation` that this agreement is for."""
        return frozenset(
            role for recipient in self.recipients if recipient.organisation == organisation for role in recipient.roles
        )

    def asks_membership(self, organisation: str) -> bool:
        """Whether some recipient of `organisation` must be a member of a room; then all of it must."""
        return any(one.member_of is not None for one in self.recipients if one.organisation == organisation)

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes of its clauses and duties, each once, in their order."""
        parts = (*self.clauses, *self.assignments)
        return tuple(dict.fromkeys(purpose for part in parts for purpose in part.purposes))
