"""What an agreement says beside its clauses is read whole, within bounds, and nothing of it widens a decision."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agreements import SOUND, changed, line_of, loaded, read, refused
from watchroom.policy.clauses import Right
from watchroom.policy.conditions import Comparator, Compare
from watchroom.policy.decision import Decision, Denial, decide
from watchroom.policy.openings import Addition, BreakGlass, Moment, Room
from watchroom.policy.periods import Period, period_of
from watchroom.policy.terms import AtEnd, Law, Obligation, Retention, Signatory, Terms

ROOM = "room: {opens: P8D before active_from, closes: P14D after active_from}\nsigned_by:"


def test_every_term_is_read() -> None:
    agreement = loaded()
    (recipient,) = agreement.recipients
    assert recipient.clearance == "official_sensitive"
    assert agreement.terms == Terms(
        controller="Prison Service",
        contact="dpo@prison.example",
        law=Law(regime="uk-gdpr", basis="Art 6", gateway="duty of care"),
        retention=Retention(keep=Period(span=timedelta(days=90)), after="active_to", at_end=AtEnd.ERASE),
        obligations=(
            Obligation(name="record-disclosure"),
            Obligation(name="apply-corrections-within", within=timedelta(minutes=15)),
        ),
        signatories=(
            Signatory(organisation="prison", name="Governor", key="prison-2026"),
            Signatory(organisation="trust", name="Caldicott Guardian"),
        ),
    )


def test_the_glass_is_carried_as_it_is_agreed() -> None:
    assert loaded().break_glass == BreakGlass(
        roles=("general_practitioner",),
        purposes=("custody.care", "care.suicide-prevention"),
        additions=(
            Addition(
                entity="alert",
                roles=("general_practitioner",),
                fields=("comment",),
                condition=Compare(column="kind_code", comparator=Comparator.EQUAL, operand="HA"),
            ),
        ),
        needs=("reason", "incident"),
        lasts=timedelta(hours=4),
        review_within=timedelta(hours=72),
        tell=("provider-dpo", "caldicott-guardian"),
    )


@pytest.mark.parametrize("role", ["nurse", "general_practitioner"])
@pytest.mark.parametrize("right", Right)
def test_a_glass_that_is_not_broken_widens_no_decision(role: str, right: Right) -> None:
    agreement = loaded()
    asked = {"organisation": "trust", "roles": [role], "purpose": "custody.care", "right": right}
    decided = decide([agreement], **asked)  # type: ignore[arg-type]
    without = decide([replace(agreement, break_glass=None)], **asked)  # type: ignore[arg-type]
    assert decided == without
    assert isinstance(decided, Decision) is (role == "nurse" and right in (Right.READ, Right.LIST))
    assert isinstance(decided, Decision) or decided is Denial.NOTHING_AGREED


def test_a_room_of_rows_that_belong_to_no_case_is_read_but_no_node_takes_it() -> None:
    text = changed(("signed_by:", ROOM), ("general_practitioner], ", "general_practitioner], member_of: case_room, "))
    agreement = read(text)
    assert agreement.recipients[0].member_of == "case_room"
    assert agreement.room == Room(
        opens=Moment(period=Period(span=timedelta(days=8)), is_before=True, date_field="active_from"),
        closes=Moment(period=Period(span=timedelta(days=14)), is_before=False, date_field="active_from"),
        is_day=True,
    )
    refused(text, says="they have no `case_reference`", line=line_of("entity: alert", text=text))


def test_a_clause_that_crosses_regimes_names_its_own_basis() -> None:
    crossing = "entity: alert\n    regime: dpa2018-part3"
    refused(changed(("entity: alert\n    roles", f"{crossing}\n    roles")), says="basis` of its own", line=12)
    (clause,) = loaded(changed(("entity: alert\n    roles", f"{crossing}\n    basis: s.35\n    roles"))).clauses
    assert (clause.regime, clause.basis) == ("dpa2018-part3", "s.35")


@pytest.mark.parametrize(
    ("of_agreement", "of_clause"), [("uk-gdpr", "uk-gdpr"), ("mixed", "dpa2018-part3"), ("mixed", "mixed")]
)
def test_a_clause_within_the_regime_of_its_agreement_needs_no_basis(of_agreement: str, of_clause: str) -> None:
    text = changed(
        ("provider_regime: uk-gdpr", f"provider_regime: {of_agreement}"),
        ("entity: alert\n    roles", f"entity: alert\n    regime: {of_clause}\n    roles"),
    )
    (clause,) = loaded(text).clauses
    assert (clause.regime, clause.basis) == (of_clause, None)


def test_a_clause_said_to_be_of_no_personal_data_shows_no_field_that_tells_of_a_person() -> None:
    crossing = "entity: alert\n    regime: not-personal-data\n    basis: none\n    roles"
    text = changed(("entity: alert\n    roles", crossing))
    says = "the regime is `not-personal-data`, and field `person_id` may tell of one"
    refused(text, says=says, line=line_of("fields: [person_id", text=text))


def test_a_clause_remembers_its_line() -> None:
    (clause,) = loaded().clauses
    assert clause.line == line_of("  - clause: 1")


def test_terms_are_part_of_what_is_signed() -> None:
    digests = {
        loaded(text).digest
        for text in (SOUND, changed(("PT4H", "PT3H")), changed(("P90D", "P91D")), changed(("PT15M", "PT16M")))
    }
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lasts: PT4H", "lasts: PT4H1M", "longer than 0 days and 4 hours"),
        ("lasts: PT4H", "lasts: P1M", "longer than"),
        ("lasts: PT4H", "lasts: PT0H", "is no duration"),
        ("lasts: PT4H", "lasts: four hours", "is no duration"),
        ("review_within: PT72H", "review_within: PT73H", "longer than 3 days and 0 hours"),
        ("needs: [reason, incident]", "needs: [incident]", "must ask for a `reason`"),
        ("needs: [reason, incident]", "needs: [reason, mood]", "`mood` is not known"),
        ("  tell: [provider-dpo, caldicott-guardian]", "  tell: []", "not empty"),
        ("tell: [provider-dpo,", "tell: [friend,", "`friend` is not known"),
        ("  roles: [general_practitioner]", "  roles: [board]", "`board` is not known"),
        (""", where: "kind_code = 'HA'\"""", "", "absent is not all"),
        ("fields: [comment]", "fields: [remark]", "no field `remark`"),
        (
            "adds: {entity: alert, fields: [comment],",
            "adds: {entity: alert, fields: [comment], masks: {},",
            "unknown key",
        ),
        ("adds: {entity: alert,", "adds: {entity: alarm,", "no entity `alarm`"),
        ("PT15M", "soon", "is no duration"),
        ("PT15M", "P1M", "takes days, hours or minutes"),
        ("record-disclosure,", "record-disclosure P1D,", "takes no time"),
        ("record-disclosure,", "be-good,", "is no obligation"),
        ("record-disclosure,", "apply-corrections-within PT1H,", "names one twice"),
        ("keep: P90D", "keep: P101Y", "is no duration"),
        ("keep: P90D", "keep: P99Y60M", "longer than"),
        ("keep: P90D", "keep: for a while", "is no duration"),
        ("after: active_to", "after: comment", "`comment` is not known"),
        ("at_end: erase", "at_end: keep", "`keep` is not known"),
        ("clearance: OFFICIAL-SENSITIVE", "clearance: OFFICIAL", "below `max_classification`"),
        ("clearance: OFFICIAL-SENSITIVE", "clearance: HIGH", "no classification"),
        (
            "roles: [nurse, general_practitioner],",
            "roles: [nurse, general_practitioner], member_of: club,",
            "is not known in `member_of`",
        ),
    ],
)
def test_a_term_that_is_out_of_bounds_is_named_with_its_line(old: str, new: str, says: str) -> None:
    refused(changed((old, new)), says=says, line=line_of(old.strip()))


@pytest.mark.parametrize(
    ("room", "says"),
    [
        ("{opens: P8D before active_from}", "`closes` is missing"),
        ("{opens: P8D before noon, closes: P1D after noon}", "no date of a record"),
        ("{opens: P8D around active_from, closes: P1D after active_from}", "must read such as"),
        ("{opens: P8D before active_from, closes: P1D after active_to}", "the same date"),
        ("{opens: P1D after active_from, closes: P1D before active_from}", "open before it closes"),
        ("{opens: P1D after active_from, closes: P1D after active_from}", "open before it closes"),
        ("{opens: P1Y before active_from, closes: P1D after active_from}", "longer than 92 days"),
        ("{opens: P1M after active_from, closes: P30D after active_from}", "open before it closes"),
        ("{opens: P8D before active_from, closes: P1D after active_from, key: 1}", "unknown key `key`"),
    ],
)
def test_a_room_that_cannot_be_is_refused(room: str, says: str) -> None:
    text = changed(("signed_by:", f"room: {room}\nsigned_by:"))
    refused(text, says=says, line=line_of("room: ", text=text), take=read)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P1D", Period(span=timedelta(days=1))),
        ("PT4H", Period(span=timedelta(hours=4))),
        ("P2WT1H30M", Period(span=timedelta(weeks=2, hours=1, minutes=30))),
        ("P7Y", Period(months=84)),
        ("P1Y2M3D", Period(months=14, span=timedelta(days=3))),
        ("", None),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("P0D", None),
        ("P-1D", None),
        ("p1d", None),
        ("P1.5D", None),
        ("1D", None),
        ("P1D ", None),
        ("P\N{ARABIC-INDIC DIGIT ONE}D", None),
    ],
)
def test_a_duration_is_read_as_iso_8601_says(text: str, period: Period | None) -> None:
    assert period_of(text) == period


def test_a_period_of_the_calendar_is_known_within_its_bounds() -> None:
    begun = date(2026, 2, 1)
    month = Period(months=1)
    assert month.at_least <= date(2026, 3, 1) - begun <= month.at_most
    assert Period(months=12).at_least <= date(2025, 2, 1) - date(2024, 2, 1) <= Period(months=12).at_most
