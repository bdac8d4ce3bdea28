"""What a storyline has an agency of the community write stands in what that agency gives, in those words."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from partner_world import community, ninety_days

from watchroom.demo.world.happening import Day
from watchroom.demo.world.happenings_council import ChildKnown, ChildNoted, Harm, Standing
from watchroom.demo.world.happenings_courts import Brought, CourtDecided, Decision, Hearing, HearingFixed
from watchroom.demo.world.happenings_health import CareFlagged, HealthTold, Instruction
from watchroom.demo.world.happenings_police_custody import (
    Arrested,
    CustodyRiskAssessed,
    DetentionAuthorised,
    HurtInCell,
    Offence,
    Watch,
)
from watchroom.demo.world.happenings_probation import (
    ConditionAdded,
    Register,
    Registered,
    Sentence,
    SupervisionBegun,
)
from watchroom.demo.world.partners import figures
from watchroom.demo.writers.council_mail import CouncilMail
from watchroom.demo.writers.court_lists import CourtLists
from watchroom.demo.writers.custody_records import CustodyRecords
from watchroom.demo.writers.delius import Delius
from watchroom.demo.writers.fhir import HealthFeed

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ON = date(2026, 7, 1)
WORDS = "Words of a storyline, with a comma."


def test_in_delius_a_register_and_a_condition_have_them(tmp_path: Path) -> None:
    system = Delius(community().society)
    system.hear(
        SupervisionBegun(
            at=AT,
            life=1,
            case=1,
            sentence=Sentence.LICENCE,
            offence=Offence.OTHER,
            court="",
            sentenced_on=ON,
            since=ON,
            days=365,
            officer=1,
            team=1,
            conditions=("Report as told",),
            from_prison=True,
            ends_on=date(2027, 7, 1),
        )
    )
    facts: dict[str, Any] = {"entry": 1, "level": 0, "category": 0, "since": ON, "review_on": ON}
    system.hear(Registered(at=AT, life=1, case=1, register=Register.ARSON, note=WORDS, **facts))
    system.hear(ConditionAdded(at=AT, life=1, case=1, condition=1, text=WORDS))
    folder = system.write(tmp_path)
    assert WORDS in (folder / "REGISTRATION.csv").read_text(encoding="utf-8")
    conditions = (folder / "LIC_CONDITION.csv").read_text(encoding="utf-8")
    assert WORDS in conditions
    assert "Report as told" in conditions


@pytest.mark.parametrize(
    "one",
    [
        HealthTold(at=AT, life=1, told=1, words=WORDS),
        CareFlagged(at=AT, life=1, flag=1, instruction=Instruction.LOWER_BUNK, words=WORDS),
    ],
)
def test_of_health_a_flag_has_them_and_is_valid(one: HealthTold | CareFlagged) -> None:
    sent = HealthFeed(community().society).message(one)
    assert sent is not None
    Bundle.model_validate_json(sent.content)
    assert json.loads(sent.content)["entry"][1]["resource"]["code"]["text"] == WORDS


def test_a_register_of_a_court_has_them_as_a_remark() -> None:
    case: dict[str, Any] = {
        "at": AT,
        "life": 1,
        "hearing": 1,
        "court": "ORMMC",
        "offence": Offence.THEFT,
        "kind": Hearing.FIRST,
    }
    fixed = HearingFixed(**case, starts=AT, room=1, brought=Brought.POLICE)
    decided = CourtDecided(**case, decision=Decision.REMANDED, remark=WORDS)
    _, register = CourtLists(community().society).sent(Day(date=ON, happenings=(fixed, decided)))
    assert WORDS in register.content.decode()


def test_a_custody_record_has_them_in_its_log() -> None:
    records = CustodyRecords(community().society)
    who: dict[str, Any] = {"at": AT, "life": 1, "custody": 1, "suite": "OM"}
    records.hear(Arrested(**who, offence=Offence.THEFT, arrives=AT))
    assessed = CustodyRiskAssessed(
        **who, watch=Watch.CONSTANT, is_to_be_roused=False, warnings=(), needs=(), note=WORDS
    )
    records.hear(assessed)
    records.hear(HurtInCell(**who, note=WORDS))
    (record,) = json.loads(records.snapshot(AT).content)["detainees"]
    assert [entry["entry"] for entry in record["log"]] == [WORDS, f"SELF-HARM. {WORDS}"]
    assert record["observationLevel"] == 3


def test_a_sheet_of_the_council_has_them_as_a_remark_until_the_next() -> None:
    mail = CouncilMail(community().society)
    child: dict[str, Any] = {"at": AT, "child": 1, "area": 0, "parent": 1}
    known = ChildKnown(**child, standing=Standing.PLAN, harm=Harm.NEGLECT, since=ON)
    assert not list(mail.sent(Day(date=ON, happenings=(known, ChildNoted(**child, remark=WORDS)))))
    children, *_ = mail.sent(Day(date=date(2026, 7, 2), happenings=()))
    assert WORDS in children.content.decode()


def test_people_hurt_themselves_in_cells_as_rarely_as_stated_and_are_watched_closely_from_then_on() -> None:
    hurt = [one for one in ninety_days() if isinstance(one, HurtInCell)]
    detentions = sum(isinstance(one, DetentionAuthorised) for one in ninety_days())
    assert 0 < len(hurt) < 2.5 * figures.HURT_IN_CELL * detentions
    for one in hurt:
        after = [
            each.watch
            for each in ninety_days()
            if isinstance(each, CustodyRiskAssessed) and each.custody == one.custody and each.at > one.at
        ]
        assert after
        assert min(after) >= Watch.CONSTANT
