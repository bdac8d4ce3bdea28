"""What a transfer that is listed for today means for a hold and for the escape marker."""

from dataclasses import replace
from datetime import datetime, timedelta

from priority_cases import FIRES, NOW, SETTING, ZONE, engagement, marked

from watchroom.model.text import Coded
from watchroom.priority.facts import Engagement, EngagementKind
from watchroom.priority.reasons import Level, Reason
from watchroom.priority.rules import RULES

BY_CODE = {rule.code: rule for rule in RULES}


def transfer(code: str, hours: int = 2, **facts: object) -> Engagement:
    where = Coded(code_list="agency", code=code)
    return engagement(EngagementKind.TRANSFER, where=where, starts_at=NOW + timedelta(hours=hours), **facts)


def held(code: str, *transfers: Engagement) -> Reason:
    rule = BY_CODE["hold" if code == "TSE" else "escape_marker"]
    (reason,) = rule.apply(replace(marked(code), engagements=transfers), SETTING)
    return reason


def test_a_hold_names_the_transfer_that_takes_the_person_out_and_its_time() -> None:
    reason = held("TSE", transfer("LEI"), transfer("MDI", 3, is_outward=True), transfer("LEI", 1, is_inward=True))

    assert reason.text.params["where"] == Coded(code_list="agency", code="MDI")
    assert reason.text.params["at"] == NOW + timedelta(hours=3)


def test_a_transfer_into_the_own_establishment_contradicts_no_hold_and_is_no_leaving() -> None:
    inward = transfer("LEI", is_inward=True)

    assert held("TSE", inward).level is Level.WATCH
    assert held("XEL", inward).level is Level.THIS_SHIFT


def test_a_transfer_from_the_establishment_to_itself_is_doubtful_and_counts() -> None:
    assert held("TSE", transfer("LEI")).level is Level.THIS_SHIFT
    assert held("XEL", transfer("LEI")).level is Level.ACT_NOW


def test_a_hold_says_that_the_time_of_the_transfer_is_not_recorded() -> None:
    midnight = datetime(2026, 7, 24, 0, 0, tzinfo=ZONE)
    listed = replace(transfer("MDI", is_outward=True), starts_at=midnight)

    assert held("TSE", listed).text.id == "reason.hold.transfer_listed_to"
    assert held("TSE", replace(listed, where=None)).text.id == "reason.hold.transfer_listed"
    assert held("TSE", replace(transfer("MDI"), where=None)).text.id == "reason.hold.transfer_listed_at"


def test_a_hold_names_where_the_listed_transfer_goes() -> None:
    facts, _ = FIRES["hold"]["with a transfer today"]
    (reason,) = BY_CODE["hold"].apply(facts, SETTING)

    assert reason.text.id == "reason.hold.transfer_listed_to_at"
    assert isinstance(reason.text.params["where"], Coded)
