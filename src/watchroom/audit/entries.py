"""What one entry of the audit log says, and the exact bytes that the tree commits to.

An entry has two parts. The *header* says who did what, for which purpose, by which clauses, and is kept for
ever. The *body* says about whom (subject ids, fields, detail) and may lawfully be erased: the header holds
only SHA-256(salt || body), so the tree stays valid without it.

What is kept for ever must not hold a word that somebody typed: what an act is about, its purpose, role and
question come from closed lists, and an entry with any other word is refused.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from watchroom.kernel.errors import WatchroomError
from watchroom.model.catalogue import catalogue
from watchroom.model.extension import is_name_of_agency
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES

FORMAT = 1
SALT_BYTES = 16


class AuditUnavailableError(WatchroomError):
    """The entry could not be committed: the caller must give nothing away."""


class Act(StrEnum):
    """What was done. The page `docs/reference/audit-events.md` is made from `MEANINGS`."""

    CONSULT = "consult"
    LIST = "list"
    COUNT = "count"
    EXPLAIN = "explain"
    BRIEF = "brief"
    EXPORT = "export"
    INGEST = "ingest"
    RECORD = "record"
    ERASE = "erase"
    DECIDE = "decide"
    ASK = "ask"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    END = "end"
    REFUSE = "refuse"
    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    ACCOUNT = "account"
    POLICY_CHANGE = "policy_change"
    KEY_ROTATION = "key_rotation"
    BACKUP = "backup"
    RESTORE = "restore"
    VERIFY = "verify"
    SETTINGS = "settings"
    GLASS_BREAK = "glass_break"
    GLASS_CLOSE = "glass_close"
    GLASS_REVIEW = "glass_review"
    UNSENT = "unsent"
    HOLD = "hold"
    RECONCILE = "reconcile"


MEANINGS: Mapping[Act, str] = {
    Act.CONSULT: "One thing was looked at: a person, a place, a record.",
    Act.LIST: "A list was looked at; the entry names every person on it.",
    Act.COUNT: "Numbers without persons were looked at: a roll, a chart, a rate.",
    Act.EXPLAIN: "Somebody asked why they may or may not see something.",
    Act.BRIEF: "A shift briefing was made; the entry names every person in it.",
    Act.EXPORT: "A document left the node: a PDF, a file, a table.",
    Act.INGEST: "A batch of a source was sealed or refused whole; or somebody asked for a source, or stopped it.",
    Act.RECORD: "Somebody wrote something about a person, or said how far it has come to its legal record.",
    Act.ERASE: "Something was erased; for audit bodies the entry names the indices.",
    Act.DECIDE: "An officer decided whether a person is told of an entry that names them.",
    Act.ASK: "Somebody asked to be shown something of one person; the words stand in the body.",
    Act.ANSWER: "What somebody had asked for was given for a time, or refused; the body says which.",
    Act.WITHDRAW: "Somebody took back what they had asked for, before it was decided.",
    Act.END: "What was given for a time was ended early.",
    Act.REFUSE: "A question was refused: no clause, no purpose, no right, or suspended.",
    Act.SIGN_IN: "Somebody signed in.",
    Act.SIGN_IN_REFUSED: "Somebody tried to sign in and was refused.",
    Act.SIGN_OUT: "Somebody signed out.",
    Act.ACCOUNT: "An account was added, changed or disabled.",
    Act.POLICY_CHANGE: "The charter, an agreement, a draft or a key of a partner was changed, or access was suspended.",
    Act.KEY_ROTATION: "A new key took over from an old one.",
    Act.BACKUP: "A backup was written.",
    Act.RESTORE: "The node was restored from a backup.",
    Act.VERIFY: "The audit log was verified.",
    Act.SETTINGS: "A source of the node was added or changed, or the model of the node was.",
    Act.GLASS_BREAK: "Somebody opened what an agreement adds in an emergency; the entry says why and who was told.",
    Act.GLASS_CLOSE: "Somebody closed it again before its time.",
    Act.GLASS_REVIEW: "Somebody else looked at it afterwards and said what it was.",
    Act.UNSENT: "What somebody had typed when their session ended was kept, read, sent again or thrown away.",
    Act.HOLD: "A legal hold was placed or lifted, or the holds were read.",
    Act.RECONCILE: "What a source has was compared with the record, and nothing was taken.",
}


# Beside the entities of the model.
THINGS: Mapping[str, str] = {
    "account": "The account of somebody who may sign in.",
    "audit": "The audit log.",
    "audit_body": "Bodies of entries of the audit log.",
    "backup_key": "The key that opens backups.",
    "batch": "A delivery of a source.",
    "case_room": "The room of a case, and who is in it.",
    "change": "What changed in the record.",
    "code_value": "Values of sources that are in no code list, and what was decided of them.",
    "dictionary": "What the model says of entities, fields and codes.",
    "erasure": "Records that were erased, and what may come back of them.",
    "explain": "Why somebody may see something that is no entity.",
    "around": "What other agencies' feeds say of the world around.",
    "board": "The numbers for a board.",
    "glass": "What an agreement opens in an emergency, and who has opened it.",
    "handover": "The handover of a post.",
    "hold": "What may not be erased, and why.",
    "ingest_issue_count": "How many faults of each kind a delivery had.",
    "lineage": "Where something that is no entity came from.",
    "model": "What the agency adds to the common model.",
    "looks": "The looks at people that stand out, for whoever reviews them.",
    "my_work": "The reader's own work, and who has looked at it.",
    "occupancy": "Who is in which cell.",
    "policy": "The charter and the agreements.",
    "posts": "The choice of a post, with the roll.",
    "quarantine": "Rows of deliveries that are held back, and what somebody decided to live with.",
    "quality": "The checks of the quality of the record.",
    "record_restriction": "Records that are kept and not used, and why.",
    "request": "What somebody asks to be shown of one person for a time.",
    "retention": "Cases of looks, shifts, marks and verdicts that were kept for as long as the rule says.",
    "roll": "How many are where.",
    "see": "Something that is no entity.",
    "signing_key": "The key that signs checkpoints.",
    "source": "A source system.",
    "subject_access": "What a person may be told of who has looked at them.",
    "source_freshness": "How old what each source said is.",
    "source_quality": "When what each source gave was last checked, and what was found.",
    "unsent_form": "A form that its session ended before.",
    "waiting": "What waits for somebody, in numbers.",
}

_QUESTIONS = re.compile(r"[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*")


def is_thing(word: str) -> bool:
    """Whether an entry may be about it: an entity of the model, one of `THINGS`, or named as an agency names its own.

    The gate refuses what the model of its node does not have before there is anything to enter.
    """
    return word in THINGS or word in catalogue().entities or is_name_of_agency(word)


class Outcome(StrEnum):
    """What became of an act that did not come to its end."""

    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act to be recorded, before it has its place in the log.

    Attributes:
        act: what was done.
        actor: account name of who did it, or the name of the job.
        organisation: the actor's organisation.
        role: the role that the actor acted in, from the register of roles; several are joined by a plus sign.
        purpose: dotted name from the register of purposes.
        entity: entity of the model, or one of the things below; never a word that somebody typed.
        outcome: `failed` for an act that did not come to its end, and gave nothing away; absent otherwise.
        count: number of rows or things given away or acted on, or read before it failed or was refused.
        subjects: ids of the persons concerned; sorted and made unique when written. Erasable.
        fields: names of the fields given away. Erasable.
        clauses: clauses that allowed it, as `agreement#clause`.
        policy_hash: hash of the agreements in force.
        query: names of the questions, joined by commas, never text that somebody typed.
        as_of_seq: last sealed sequence that the answer was made from.
        on_behalf_of: account on whose behalf an operator or a partner acted.
        operator: user of the operating system, for commands.
        detail: anything else that explains the act. Erasable.
        at: node instant; the log's clock when none is given.
        machine_at: machine instant; the log's machine clock when none is given.

    Raises:
        ValueError: a word of the header is none of its list.
    """

    act: Act
    actor: str
    organisation: str | None = None
    role: str | None = None
    purpose: str | None = None
    entity: str | None = None
    outcome: Outcome | None = None
    count: int | None = None
    subjects: tuple[UUID, ...] = ()
    fields: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    policy_hash: str | None = None
    query: str | None = None
    as_of_seq: int | None = None
    on_behalf_of: str | None = None
    operator: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict[str, str])
    at: datetime | None = None
    machine_at: datetime | None = None

    def __post_init__(self) -> None:
        # INVARIANT: none of these messages repeats the word: it may be the name of a person.
        if self.entity is not None and not is_thing(self.entity):
            raise ValueError("an entry is about an entity of the model or one of `THINGS`; the rest is `detail`")
        if self.purpose is not None and self.purpose not in PURPOSES:
            raise ValueError("an entry names a purpose of the register or none; what was asked for is `detail`")
        if self.role is not None and not all(role in ROLES for role in self.role.split("+")):
            raise ValueError("an entry names roles of the register, joined by plus signs, or none")
        if self.query is not None and not _QUESTIONS.fullmatch(self.query):
            raise ValueError("an entry names its questions by names such as `people_of_unit`, joined by commas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The place of a committed entry in the log.

    Attributes:
        index: place in the log, from 0.
        leaf_hash: RFC 6962 leaf hash of its header, 32 bytes.
    """

    index: int
    leaf_hash: bytes


class AuditTrail(Protocol):
    """Anything that keeps entries: what the rooms above the log ask for."""

    def append(self, entry: Entry) -> Receipt:
        """Commit `entry`, then return its receipt.

        Raises:
            AuditUnavailableError: it is not certain that the entry is kept; give nothing away.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An entry whose body is fixed and whose header only lacks its index.

    Attributes:
        before: the canonical header up to the place of its index: an index is all that is left to do in turn.
        after: the rest of it.
        salt: 16 random bytes.
        body: canonical JSON.
    """

    before: str
    after: str
    salt: bytes
    body: str

    def header(self, index: int) -> str:
        """The canonical header of the entry at `index`: the text whose bytes are the leaf."""
        return f'{self.before}"index":{index}{self.after}'


def prepare(entry: Entry, *, at: datetime, machine_at: datetime, salt: bytes | None = None) -> Prepared:
    """The two parts of `entry`, ready to be given an index.

    Args:
        entry: the act.
        at: node instant, used when the entry has none.
        machine_at: machine instant, used when the entry has none.
        salt: 16 bytes; random when none is given.

    Raises:
        ValueError: an instant has no time zone.
    """
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    body = canonical(
        {
            "detail": {storable(name): storable(detail) for name, detail in entry.detail.items()},
            "fields": [storable(name) for name in entry.fields],
            "subjects": sorted({str(subject) for subject in entry.subjects}),
        }
    )
    facts: dict[str, object] = {
        "format": FORMAT,
        "at": instant_text(entry.at or at),
        "machine_at": instant_text(entry.machine_at or machine_at),
        "act": entry.act.value,
        "actor": entry.actor,
        "organisation": entry.organisation,
        "role": entry.role,
        "purpose": entry.purpose,
        "entity": entry.entity,
        "outcome": None if entry.outcome is None else entry.outcome.value,
        "count": entry.count,
        "clauses": [storable(clause) for clause in entry.clauses] or None,
        "policy_hash": entry.policy_hash,
        "query": entry.query,
        "as_of_seq": entry.as_of_seq,
        "on_behalf_of": entry.on_behalf_of,
        "operator": entry.operator,
        "body": commitment(salt, body),
    }
    said = {name: storable(fact) if isinstance(fact, str) else fact for name, fact in facts.items() if fact is not None}
    # INVARIANT: every header has keys on both sides of `index`: `act` before it, `machine_at` after it.
    before = canonical({name: fact for name, fact in said.items() if name < "index"})
    after = canonical({name: fact for name, fact in said.items() if name > "index"})
    return Prepared(before=f"{before[:-1]},", after=f",{after[1:]}", salt=salt, body=body)


def commitment(salt: bytes, body: str) -> str:
    """What a header says of its body: SHA-256 of the salt and the body's bytes, in hexadecimal."""
    return sha256(salt + body.encode()).hexdigest()


def canonical(value: Mapping[str, object]) -> str:
    """The one JSON text of `value`: keys sorted, no spaces, one line of ASCII, whose bytes no database changes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def storable(text: str) -> str:
    """`text` with U+FFFD for what PostgreSQL's jsonb refuses: NUL, and halves of a pair.

    A name that somebody types at the sign-in page must never make the log unreadable.
    """
    if text.isascii() and "\0" not in text:
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "\ufffd")


def instant_text(instant: datetime) -> str:
    """An instant as the log writes it: UTC, microseconds, `Z`.

    Raises:
        ValueError: it has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be recorded; pass a timezone-aware one")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
