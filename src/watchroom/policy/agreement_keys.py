"""Every key of an agreement: whether it must be there, and what it holds. The page of reference is made from this.

A test compares it with the keys that the loader reads.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key.

    Attributes:
        name: as it is written.
        holds: what stands under it.
        required: an agreement without it is refused.
    """

    name: str
    holds: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A mapping of the document: where it stands, and its keys."""

    title: str
    keys: tuple[Key, ...]


def _must(name: str, holds: str) -> Key:
    return Key(name=name, holds=holds, required=True)


def _may(name: str, holds: str) -> Key:
    return Key(name=name, holds=holds)


_WHOLE = Part(
    title="The agreement",
    keys=(
        _must("agreement", "Its name, such as `DSA-012`."),
        _must("version", "A whole number from 1. Another version is another agreement to sign."),
        _must("title", "One line."),
        _must("provider", "Who gives."),
        _must("recipients", "Who receives: a list."),
        _must("purposes", "What for, of the register of purposes. A clause may name fewer."),
        _must("law", "On what legal ground."),
        _must("clauses", "What is given: a list. What no clause names is not given."),
        _may("exclude", "What no clause shows: a list. It holds against every agreement of the node."),
        _may("duties", "What roles may do that shows no record: a list."),
        _must("max_classification", "Nothing above it is given."),
        _may("obligations", "What every recipient promises, of the register of obligations."),
        _must("retention", "How long a recipient keeps it."),
        _must("valid", "From when to when."),
        _may("no_persons", "`true`: a clause that shows a field that can tell of a person is refused."),
        _may("break_glass", "Who may be shown more in an emergency, for a time and under review."),
        _may("room", "From when to when a case is open. Every recipient must be `member_of` it."),
        _may("on_request", "What may be asked for, about one person and for a time: a list. No decision reads it."),
        _must("signed_by", "Who signs: a list."),
    ),
)
_CLAUSE = Part(
    title="One of `clauses`",
    keys=(
        _must("clause", "Its name, a text or a number, once in the agreement."),
        _must("entity", "An entity of the model."),
        _must("allow", "What may be done with it, of the register of rights. `[count]` alone gives numbers only."),
        _must("fields", "The fields that are given. One that is not named is not given."),
        _may("masks", "For some of `fields`, what is left of them: `{active_to: month}`."),
        _may("subject", "A relation that the asker must have to the subject. With `where`, both must hold."),
        _may("where", "Which rows: a condition. A row for which it is unknown is not shown."),
        _may("roles", "Some of the roles of `recipients`; without it, all."),
        _may("purposes", "Some of the `purposes`; without it, all."),
        _may("regime", "A legal regime; without it, that of `law`."),
        _may("basis", "A lawful basis of its own. It must be there where `regime` leaves that of `law`."),
    ),
)
_PARTIES = (
    Part(
        title="`provider`",
        keys=(
            _must("org", "Its code."),
            _must("controller", "The data controller."),
            _must("contact", "Where its data protection officer is reached."),
        ),
    ),
    Part(
        title="One of `recipients`",
        keys=(
            _must("org", "The code of one organisation; never `*`."),
            _must("roles", "Some of the register of roles; never `*`."),
            _may("clearance", "What they are cleared for; not below `max_classification`."),
            _may(
                "member_of",
                "`case_room`: members of the room of a case alone, while it is open; all recipients or none.",
            ),
        ),
    ),
    Part(
        title="`law`",
        keys=(
            _must("provider_regime", "The regime under which it is given."),
            _must("basis", "Lawful basis, in the parties' words. Nothing here checks it."),
            _may("condition", "Condition for special categories or sensitive processing."),
            _may("gateway", "The power or duty to share."),
            _may("dpia", "Reference of the impact assessment."),
            _may("policy_document", "Reference of the appropriate policy document."),
        ),
    ),
)
_REST = (
    Part(
        title="One of `exclude`",
        keys=(
            _must("where", "A condition. A row is hidden unless it is known to be false."),
            _must("reason", "For whoever may read why."),
            _may("entities", "For which entities; without it, for all, so that all must have its columns."),
        ),
    ),
    Part(
        title="One of `duties`",
        keys=(
            _must("roles", "Some of the roles of `recipients`."),
            _must("purposes", "Some of the `purposes`."),
            _must("may", "Of the register of duties."),
        ),
    ),
    Part(
        title="`valid`",
        keys=(
            _must("from", "The first day, such as 2026-04-01."),
            _must("to", "The last day: three years later at most. Past it, nothing is given."),
            _must("review_by", "In between. Past it, both data protection officers are warned."),
        ),
    ),
    Part(
        title="`retention`",
        keys=(
            _must("keep", "A duration such as `P90D` or `P7Y`, or `as the record itself`."),
            _may("after", "The date or instant of a record from which it runs; without it, from receipt."),
            _may("at_end", "`erase` or `return`."),
            _may("unless", "An exception in the parties' words."),
            _may("minutes", "A duration for minutes of a meeting."),
        ),
    ),
    Part(
        title="`break_glass`",
        keys=(
            _must("roles", "Some of the roles of `recipients`."),
            _may("purposes", "Some of those of the agreement for which it shows anything; absent is all."),
            _may("basis", "Its own lawful basis, in the parties' words."),
            _must("adds", "What is added, one or a list; nothing else is."),
            _must("needs", "What must be given first, of the register; `reason` always."),
            _must("lasts", "A duration, four hours (`PT4H`) at most."),
            _must("review_within", "A duration, 72 hours (`PT72H`) at most."),
            _must("tell", "Who is told at once, of the register."),
        ),
    ),
    Part(
        title="`adds` of `break_glass`",
        keys=(
            _must("entity", "An entity of the model."),
            _may("roles", "Some of the roles of `break_glass`; absent is all of them."),
            _must("fields", "The fields that are added."),
            _may("subject", "As in a clause; it or `where` must be there."),
            _may("where", "As in a clause; it or `subject` must be there."),
        ),
    ),
    Part(
        title="One of `on_request`",
        keys=(
            _must("name", "Its name, once in the agreement. The clause that it opens is called `request-NAME`."),
            _must("title", "One line, for whoever asks and whoever decides: `Which medical alerts are active`."),
            _must("roles", "Some of the roles of `recipients`: who may ask."),
            _must("purposes", "Some of the `purposes`: for what they may ask, and what they are shown it for."),
            _must("entity", "An entity of the model that is about one person."),
            _must(
                "fields", "The fields that are shown. Reading and lists only: nothing that was asked for is exported."
            ),
            _may("masks", "As in a clause."),
            _must("subject", "A relation to the subject: about whom one may ask at all, and of whom rows are shown."),
            _may("where", "As in a clause. With `subject`, both must hold."),
            _may("regime", "As in a clause."),
            _may("basis", "As in a clause."),
            _must("lasts", "A duration: for how long it is given at most, 28 days (`P28D`) at most."),
            _must(
                "decided_by",
                "Roles of the provider that have a site: who decides, at the site of the person. Never the asker.",
            ),
            _must("answer_within", "A duration, three days (`P3D`) at most. Past it the ask has come to nothing."),
        ),
    ),
    Part(
        title="`room`",
        keys=(
            _must("opens", "Such as `P8D before conference_at`: three months at most."),
            _must("closes", "Such as `P14D after conference_at`, counted from the same date."),
        ),
    ),
    Part(
        title="One of `signed_by`",
        keys=(
            _must("org", "Which organisation."),
            _must("name", "Which office: not a person."),
            _may("key", "The name of its key."),
        ),
    ),
)

PARTS: tuple[Part, ...] = (_WHOLE, *_PARTIES, _CLAUSE, *_REST)
