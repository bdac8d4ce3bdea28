"""An agreement with every key, whole: what its sheet tells, what it opens, and what it grants."""

from dataclasses import replace
from datetime import date

import pytest

from agreements import read
from held_words import HeldWords
from spread_agreement import SPREAD
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.policy.clauses import Clause, Right
from watchroom.policy.conditions import All, Comparator, Compare, InFact
from watchroom.policy.decision import Decision, Grant, decide
from watchroom.policy.opened_clauses import Opening, openings_of
from watchroom.policy.sheet import as_text, sheet

# Without the lines that the model says, of its entities and fields.
TOLD = """\
Alerts for the nurses of the trust (DSA-9, version 2)

This sheet is made from the agreement itself. What it does not name is not given. "You" is whoever asks.

Who gives to whom
- prison gives (controller: Prison Service; contact: dpo@prison.example).
- trust receives: nurse, general practitioner.
- trust: people cleared for OFFICIAL-SENSITIVE.
- trust: members of the room of the case only.
- hospital receives: nurse.
- Nothing above OFFICIAL-SENSITIVE is given.

What for
- daily care in custody
- preventing suicide and self-harm

Under which law, as the parties wrote it
- Regime: UK GDPR.
- Basis: Art 6.
- Condition: Art 9(2)(h).
- Gateway: duty of care.
- Impact assessment: DPIA-7.
- Policy document: APD-3.

Clause 1: `alert`
- To whom: nurse.
- What for: daily care in custody.
- Under a law of its own: Data Protection Act 2018, Part 3 (law enforcement); s.35.
- What may be done: read, list.
- Shown: rows in which `site_code` is one of the establishments assigned to you and (`kind_code` is ACCT Open \
(HMPS) or ACCT Post Closure (HMPS) and `active_to` is not recorded).

Clause 2: `location`
- To whom: nurse, general practitioner.
- What may be done: read.
- Shown: every row.

What roles may do that shows no record
- nurse: explain why somebody may or may not see a row.

What is never shown
- Records of `alert`, unless it is known not to be so that `is_active` is yes. Reason: ask.
- What is noted of a visit that may be one of a legal adviser.
- What is noted of an event that may be a meeting with a legal adviser, or a letter to or from one.
- What court staff note of a hearing, to a prosecutor.
- Letters to and from legal advisers: the node holds none.
- Whatever no clause names: a field that is not named is not given, a row that no clause covers does not exist for \
the asker.

From when to when
- In force from 1 January 2026 to 31 December 2026, both days included.
- To be reviewed by 30 June 2026.
- Either side may suspend it at once.

How long it is kept
- 90 days after `active_to`.
- Then it is erased.
- Unless: a claim is open.
- Minutes are kept for 6 months.

What every recipient promises
- Every disclosure is recorded.
- Corrections are applied within 15 minutes.

Who may break the glass
- general practitioner, nurse.
- Only for daily care in custody.
- Lawful basis of it: Art 6(1)(d).
- First to be given: a reason, an incident.
- It closes by itself after 4 hours.
- It is looked at within 3 days.
- Told at once: the provider's data protection officer, the Caldicott guardian.
- It adds, for nurse, comment of `alert`: `site_code` is one of the establishments assigned to you and `kind_code` \
is ACCT Open (HMPS); nothing else.

What may be asked for: The plan (plan)
- Who may ask: nurse.
- About one person at a time, of whom holds: `site_code` is one of the establishments assigned to you.
- What for: daily care in custody.
- Decided by, and never by the asker: duty governor. Within 4 hours, or it comes to nothing.
- Then shown for 7 days at most, of that person alone; it ends by itself and can be ended early.
- Under a law of its own: Data Protection Act 2018, Part 3 (law enforcement); s.35.
- Shown: rows in which `site_code` is one of the establishments assigned to you and `kind_code` is ACCT Open (HMPS).

The room of the case
- It opens 8 days before `active_from`.
- It closes 14 days after `active_from`.

Who signs
- prison: Governor

"""
OF_THE_MODEL = ("- What one row is", "- Not given", "- With every row", "- `", "What is signed")
AT_MY_SITE = InFact(column="site_code", fact="my_sites")
IS_OPEN_PLAN = Compare(column="kind_code", comparator=Comparator.EQUAL, operand="HA")
AGREEMENT = read(SPREAD)
READS = frozenset({Right.READ, Right.LIST})


def test_the_sheet_tells_every_part_in_its_words() -> None:
    text = as_text(sheet(AGREEMENT, model=catalogue()), HeldWords())
    lines = [line for line in text.splitlines() if not line.startswith(OF_THE_MODEL)]
    assert "\n".join(lines).rstrip("\n") == TOLD.rstrip("\n")
    assert f"What is signed (SHA-256): {AGREEMENT.digest}" in text


def test_every_field_and_every_entity_is_told_on_the_sheet_as_the_model_says_it() -> None:
    text = as_text(sheet(AGREEMENT, model=catalogue()), Words())
    alert = catalogue().entity("alert")
    assert text.count(f"- What one row is: {alert.description}") == 2
    for name, shown in (("person_id", "in full"), ("kind_code", "in full"), ("active_from", "in part: the month")):
        assert f"- `{name}`, {shown}. {alert.field(name).description}" in text
    assert "- Not given: episode_id, type_code, comment, active_to, is_active." in text


def test_what_it_opens_are_these_clauses_and_no_others() -> None:
    (clause,) = (one.clause for one in AGREEMENT.on_request)
    glass = Clause(
        name="glass",
        entity="alert",
        roles=("nurse",),
        purposes=("custody.care",),
        allow=READS,
        fields=("comment",),
        masks={},
        condition=All(parts=(AT_MY_SITE, IS_OPEN_PLAN)),
        regime="uk-gdpr",
        basis="Art 6(1)(d)",
        line=AGREEMENT.break_glass.line if AGREEMENT.break_glass else 0,
    )
    limit = InFact(column="person_id", fact="opened DSA-9.2#request-plan")
    given = replace(clause, condition=All(parts=(clause.condition, limit)))
    about = replace(
        clause, name="ask-plan", entity="person", fields=(), masks={}, condition=AGREEMENT.on_request[0].about
    )
    assert openings_of(AGREEMENT) == (
        Opening(name="DSA-9.2#glass", clauses=(glass,)),
        Opening(name="DSA-9.2#request-plan", clauses=(given,), is_of_people=True),
        Opening(name="DSA-9.2#ask-plan", clauses=(about,)),
    )
    assert about.condition == InFact(column="site_code", fact="my_sites")
    assert glass.line == SPREAD[: SPREAD.index("break_glass:")].count("\n") + 1


def test_the_additions_of_a_glass_are_numbered_from_the_second() -> None:
    glass = AGREEMENT.break_glass
    assert glass is not None
    (one,) = glass.additions
    wider = replace(AGREEMENT, break_glass=replace(glass, additions=(one, one, one)))
    (opening, *_) = openings_of(wider)
    assert [clause.name for clause in opening.clauses] == ["glass", "glass-2", "glass-3"]


@pytest.mark.parametrize("opened", [(), ("glass",), ("request-plan",), ("glass", "request-plan", "ask-plan")])
def test_what_is_open_is_granted_under_the_name_of_its_opening(opened: tuple[str, ...]) -> None:
    open_now = replace(AGREEMENT, room=None, recipients=tuple(replace(r, member_of=None) for r in AGREEMENT.recipients))
    names = frozenset(f"DSA-9.2#{name}" for name in opened)
    made = decide(
        [open_now], organisation="trust", roles=["nurse"], purpose="custody.care", right=Right.READ, opened=names
    )
    assert isinstance(made, Decision)
    expected = {"DSA-9.2#1": None, "DSA-9.2#2": None} | {name: name for name in names}
    assert {grant.name: grant.opening for grant in made.grants} == expected
    assert made.opened == tuple(sorted(names))
    (first, *_) = made.grants
    assert first == Grant(
        agreement="DSA-9.2",
        label=first.label,
        clause=open_now.clauses[0],
        classifications=("official", "official_sensitive"),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )
