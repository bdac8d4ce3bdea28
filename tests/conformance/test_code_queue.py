"""Values that are in no code list wait, are decided of, and what stands follows; yesterday stays as it was known."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from batches import select
from deliveries import edit, intake_of, small_extract, source_at
from gate_world import GOVERNOR, gate_of
from hmpps_events import CREATED, NOW, event, event_intake, post_of
from servers import TestServer
from watchroom.gate.lineage import KEPT, Origin, Sought, lineage
from watchroom.gate.lineage_document import as_json, as_lines
from watchroom.gate.view import Seen, View
from watchroom.ingest.alone import taking_alone
from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.code_decisions import (
    CodeDecided,
    CodeDecision,
    CodesStoppedError,
    DeliveryUnderWayError,
    decide_code,
)
from watchroom.ingest.code_queue import CodeState, CodeValue, Shows, code_history, code_values, looks_like_code
from watchroom.ingest.inspection import uninspected
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.mapping import load_mapping
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake, silent
from watchroom.kernel.clock import MachineClock, SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import catalogue
from watchroom.model.words import Words
from watchroom.quality.run import quality
from watchroom.store.database import Database, Principal

TODAY = date(2026, 7, 24)
ALERTS = "select source_key, kind_code, kind_source_value from record.alert order by 1"
SENTENCE = "Ask his brother on the twos before unlock"


@dataclass(slots=True, kw_only=True)
class Desk:
    """A source of three alerts, and somebody who decides of their codes."""

    database: Database
    folder: Path
    source: Source
    clock: SteppedClock

    def deliver(self, *kinds: str) -> BatchReport:
        def change(rows: list[dict[str, str]]) -> None:
            for row, kind in zip(rows, kinds, strict=False):
                row["ALERT_CODE"] = kind

        self.clock.move(timedelta(minutes=1))
        if kinds:
            edit(self.folder, "OFFENDER_ALERTS", change)
        return Intake(database=self.database, clock=self.clock).ingest(self.source).batches[0]

    def around(self) -> Circumstances:
        self.clock.move(timedelta(minutes=1))
        return Circumstances(
            database=self.database,
            source=replace(self.source, is_full=False),
            mapping=load_mapping("nomis"),
            machine=MachineClock(),
            clock=self.clock,
            now=self.clock.now(),
            as_at=None,
            gone=frozenset(),
            witness=lambda _: None,
            progress=silent,
            model=catalogue(),
            inspect=uninspected,
        )

    def say(self, value: str, state: CodeState = CodeState.MAPPED, **said: str | date) -> CodeDecided:
        given = CodeDecision(code_list="alert_kind", value=value, state=state, by="eng", **said)  # type: ignore[arg-type]
        return decide_code(self.around(), given, today=TODAY)

    def waiting(self) -> dict[str, CodeValue]:
        with self.database.connection(Principal.LOADER) as connection:
            return {str(one.value): one for one in code_values(connection, None, shows=Shows.ALL)}


def opened(server: TestServer, beside: Path) -> Generator[Desk]:
    folder = small_extract(beside / "small")
    source = source_at(folder)
    with server.database() as database:
        with database.connection(Principal.LOADER) as connection:
            add_source(connection, source, at=datetime(2026, 7, 24, 8, tzinfo=UTC))
        clock = SteppedClock(datetime(2026, 7, 24, 8, 30, tzinfo=UTC))
        yield Desk(database=database, folder=folder, source=source, clock=clock)


@pytest.fixture
def desk(server: TestServer, tmp_path: Path) -> Generator[Desk]:
    yield from opened(server, tmp_path)


@pytest.fixture(scope="module")
def refusing(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Generator[Desk]:
    """A desk where one value waits; what its tests do is refused, so that they can share it."""
    for desk in opened(server, tmp_path_factory.mktemp("refusing")):
        desk.deliver("NEWONE", "XA", "XCU")
        yield desk
        assert desk.waiting()["NEWONE"].state is CodeState.OPEN
        assert select(desk.database, ALERTS)[0][1] is None
        assert select(desk.database, "select count(*) from ingest.code_decision") == [(0,)]


def codes(report: BatchReport) -> list[str]:
    return [issue.code for issue in report.issues]


def test_a_value_that_is_decided_of_is_read_so_from_then_on_and_what_stands_follows(desk: Desk):
    assert codes(desk.deliver("NEWONE", "NEWONE ", "XCU")).count("unmapped_code") == 2
    one = desk.waiting()["NEWONE"]
    assert (one.code_list, one.rows, one.fields, one.state) == ("alert_kind", 2, ("alert.kind_code",), CodeState.OPEN)
    before = select(desk.database, "select max(seq) from ingest.sealed")[0][0]

    made = desk.say("NEWONE", code="XA")
    assert (made.changed, made.held) == (2, 0)
    assert select(desk.database, ALERTS) == [
        ("-1/1", "XA", "NEWONE"),
        ("-2/1", "XA", "NEWONE "),
        ("-3/1", "XCU", "XCU"),
    ]
    # Yesterday stays: the version without a code is history, and the change feed tells which field.
    assert (
        select(
            desk.database, f"select kind_code, seq_to from record.alert_history where seq_from = {before} order by id"
        )
        == [(None, made.seq)] * 2
    )
    assert select(
        desk.database,
        f"select distinct op, changed_fields, categories <> '{{}}' from ingest.change where seq = {made.seq}",
    ) == [("changed", ["kind_code"], True)]
    # A person's link, comment and dates are what they were.
    assert select(
        desk.database,
        "select count(*) from record.alert as a inner join record.alert_history as h on a.id = h.id"
        " where (a.person_id, a.episode_id, a.comment, a.active_from, a.site_code, a.is_active)"
        " is distinct from (h.person_id, h.episode_id, h.comment, h.active_from, h.site_code, h.is_active)",
    ) == [(0,)]

    again = desk.say("NEWONE", code="XA")
    assert (again.changed, again.seq) == (0, None), "deciding the same again changes nothing"
    later = desk.deliver("NEWONE", "NEWONE", "NEWONE")
    assert "unmapped_code" not in codes(later)
    assert [row[1] for row in select(desk.database, ALERTS)] == ["XA"] * 3
    assert later.entities["alert"].changed == 2, "the blank that is gone, and the third that has the value now"
    assert select(desk.database, "select count(*) from ingest.code_decision") == [(2,)], "each decision stays"


def test_how_old_the_source_is_and_what_was_wrong_with_its_delivery_are_not_told_of_a_decision(desk: Desk):
    desk.deliver("NEWONE", "NEWONE", "XCU")
    last = "select max(seq), max(sealed_at) from ingest.sealed where source_system = 'nomis'"
    before = select(desk.database, last)
    assert desk.say("NEWONE", code="XA").seq is not None
    assert select(desk.database, last) == before
    (desk.folder / "OFFENDER_ALERTS.csv").unlink()
    assert desk.deliver().is_refused, "what the delivery before the decision held is still known"


def test_a_source_s_own_code_is_its_code_and_an_ignored_value_has_none_and_is_told_no_more(desk: Desk):
    desk.deliver("OURS", "XXX", "XCU")
    assert desk.say("OURS", CodeState.OWN).changed == 1
    assert desk.say("XXX", CodeState.IGNORED, reason="a test entry of the supplier").changed == 0
    report = desk.deliver("OURS", "XXX", "XXX")
    assert "unmapped_code" not in codes(report)
    assert [row[1] for row in select(desk.database, ALERTS)] == ["OURS", None, None]
    waiting = desk.waiting()
    assert (waiting["XXX"].state, waiting["XXX"].rows, waiting["XXX"].reason) == (
        CodeState.IGNORED,
        2,
        "a test entry of the supplier",
    )
    assert desk.say("XXX", code="XA").changed == 2, "who decided can decide otherwise"


def test_what_was_decided_of_is_no_difference_between_the_source_and_the_record(desk: Desk):
    desk.deliver("NEWONE", "OURS", "XXX")
    desk.say("NEWONE", code="XA")
    desk.say("OURS", CodeState.OWN)
    desk.say("XXX", CodeState.IGNORED, reason="a test entry of the supplier")
    assert Intake(database=desk.database, clock=desk.clock).reconcile(desk.source).is_equal


def test_a_decision_that_holds_only_later_changes_nothing_yet(desk: Desk):
    desk.deliver("NEWONE", "XA", "XCU")
    made = desk.say("NEWONE", code="XA", valid_from=TODAY + timedelta(days=2))
    assert (made.seq, made.changed) == (None, 0)
    assert "unmapped_code" in codes(desk.deliver())
    desk.clock.move(timedelta(days=2))
    assert "unmapped_code" not in codes(desk.deliver())
    assert select(desk.database, ALERTS)[0][1] == "XA"


def test_a_decision_is_taken_back_what_stands_follows_and_who_decided_what_stays_told(desk: Desk):
    desk.deliver("NEWONE", "NEWONE", "XCU")
    assert desk.say("NEWONE", code="XA").changed == 2
    undone = desk.say("NEWONE", CodeState.OPEN)
    assert (undone.state, undone.code, undone.changed) == (CodeState.OPEN, None, 2)
    assert [row[1:] for row in select(desk.database, ALERTS)] == [(None, "NEWONE"), (None, "NEWONE"), ("XCU", "XCU")]
    one = desk.waiting()["NEWONE"]
    assert (one.state, one.decided_at, one.decided_by, one.valid_from) == (CodeState.OPEN, None, None, None)
    assert "unmapped_code" in codes(desk.deliver()), "the next delivery is told of it again"
    with desk.database.connection(Principal.LOADER) as connection:
        told = [(said.state, said.code, said.by) for said in code_history(connection, one.id)]
    assert told == [(CodeState.OPEN, None, "eng"), (CodeState.MAPPED, "XA", "eng")]
    assert desk.say("NEWONE", CodeState.OWN).changed == 2


def test_codes_that_are_a_source_s_own_are_not_foreign_to_it_and_are_to_others(desk: Desk):
    desk.deliver("OURS", "XA", "XCU")

    def foreign() -> tuple[int, int]:
        (found,) = (
            (one.bad, one.of)
            for one in quality(desk.database, now=desk.clock.now(), keeps=True)
            if (one.check.name, one.entity, one.field) == ("code_foreign", "alert", "kind_code")
        )
        return found

    desk.say("OURS", CodeState.OWN)
    assert foreign() == (0, 3)
    with desk.database.connection(Principal.LOADER) as connection:
        connection.execute("update ingest.code_value set source_system = 'another'")
    assert foreign() == (1, 3)


def test_what_says_too_little_or_names_nothing_is_refused_and_leaves_nothing(refusing: Desk):
    for value, state, said, fault in (
        ("NEWONE", CodeState.MAPPED, {"code": "NO SUCH CODE"}, NotFoundError),
        ("NEVER SEEN", CodeState.OWN, {}, NotFoundError),
        ("#999999", CodeState.OWN, {}, NotFoundError),
        ("NEWONE", CodeState.IGNORED, {"reason": " "}, UsageError),
        ("NEWONE", CodeState.OPEN, {}, UsageError),
    ):
        with pytest.raises(fault):
            refusing.say(value, state, **said)


def test_nothing_is_decided_while_the_source_is_being_delivered(refusing: Desk):
    with taking_alone(refusing.database, refusing.source), pytest.raises(DeliveryUnderWayError):
        refusing.say("NEWONE", code="XA")


def test_a_code_that_a_fatal_check_stops_is_not_decided(refusing: Desk):
    stopped = Issue(code="stopped", severity=Severity.FATAL, message="a check says no", entity="alert")
    around = replace(refusing.around(), inspect=lambda *_, **__: [stopped])  # type: ignore[arg-type]
    decision = CodeDecision(code_list="alert_kind", value="NEWONE", state=CodeState.MAPPED, code="XA", by="eng")
    with pytest.raises(CodesStoppedError, match="a check says no"):
        decide_code(around, decision, today=TODAY)


def test_what_cannot_be_entered_in_the_log_is_not_decided(refusing: Desk):

    def broken(_: BatchReport) -> None:
        raise OSError

    decision = CodeDecision(code_list="alert_kind", value="NEWONE", state=CodeState.MAPPED, code="XA", by="eng")
    with pytest.raises(OSError):
        decide_code(replace(refusing.around(), witness=broken), decision, today=TODAY)


def test_a_refused_delivery_queues_nothing_and_a_sentence_in_a_code_field_is_masked(desk: Desk):
    desk.deliver(SENTENCE, "XA", "x" * 3000)
    with desk.database.connection(Principal.LOADER) as connection:
        shown = code_values(connection, "nomis", shows=Shows.CODES)
    assert sorted((one.is_masked, one.length) for one in shown) == [(True, len(SENTENCE)), (True, 3000)]
    assert not any(looks_like_code(name, rows=9) for name in ("JOHN SMITH", "raped by dad", "HIV positive"))
    by_number = next(one for one in shown if one.length == len(SENTENCE))
    assert desk.say(f"#{by_number.id}", CodeState.IGNORED, reason="a sentence; told to the wing").id == by_number.id
    (desk.folder / "OFFENDERS.csv").unlink()
    assert desk.deliver("ANOTHER", "XA", "XA").is_refused
    assert "ANOTHER" not in desk.waiting()


def test_a_row_that_a_decision_changed_still_tells_where_it_came_from_and_the_decision_beside_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    origin_of = View.origin

    def noted(view: View, entity: str, row_id: UUID) -> object:
        asked.append(entity)
        return origin_of(view, entity, row_id)

    desk.deliver("ZZZ")
    desk.say("ZZZ", code="XA")
    row_id, comment = select(desk.database, "select id, comment from record.alert where kind_source_value = 'ZZZ'")[0]
    assert isinstance(row_id, UUID)
    gate = gate_of(desk.database, at=desk.clock.now() + timedelta(minutes=1))
    found: dict[str, Origin] = {}
    for name in ("comment", "kind_code"):
        sought = Sought(entity="alert", row_id=row_id, field=name)
        seen = lineage(gate, GOVERNOR, sought=sought, purpose="custody.care")
        assert isinstance(seen, Seen)
        assert seen.value is not None
        found[name] = seen.value
        assert "since when some of its values" in "\n".join(as_lines(seen, Words()))
        assert as_json(seen, Words())["raw_note"] is None
    (kept,), (decided,) = found["comment"].fields, found["kind_code"].fields
    for one in found.values():
        assert one.place is not None
        assert (one.place.file, one.place.row, one.made_by.name) == ("OFFENDER_ALERTS.csv", 2, "nomis")
        assert one.place.delivery is not None
        assert one.delivery.sequence == one.place.delivery.sequence + 1, "the decision came after the delivery"
    assert [(one.name, one.value) for one in found["comment"].raw or ()] == [("COMMENT_TEXT", comment)]
    assert ("ALERT_CODE", "ZZZ") in [(one.name, one.value) for one in found["kind_code"].raw or ()]
    assert kept.given_by == found["comment"].place.delivery  # type: ignore[union-attr]
    assert (KEPT in kept.flags, KEPT in decided.flags, decided.given_by) == (True, False, None)
    monkeypatch.setattr(View, "origin", noted)
    whole = lineage(gate, GOVERNOR, sought=Sought(entity="alert", row_id=row_id), purpose="custody.care")
    assert isinstance(whole, Seen)
    assert whole.value is not None
    assert sum(one.given_by is not None for one in whole.value.fields) > 5
    assert asked == ["alert"] * 2, "the version and the one before it, however many values stayed"


def test_whose_a_value_is_that_stayed_is_not_told_where_the_versions_before_do_not_tell_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.deliver("ZZZ")
    for code in ("XA", "XC"):
        desk.say("ZZZ", code=code)
    ((row_id,),) = select(desk.database, "select id from record.alert where kind_source_value = 'ZZZ'")
    assert isinstance(row_id, UUID)
    gate = gate_of(desk.database, at=desk.clock.now() + timedelta(minutes=1))

    def giver() -> int | None:
        sought = Sought(entity="alert", row_id=row_id, field="comment")
        seen = lineage(gate, GOVERNOR, sought=sought, purpose="custody.care")
        assert isinstance(seen, Seen)
        assert seen.value is not None
        (field,) = seen.value.fields
        return None if field.given_by is None else field.given_by.sequence

    assert giver() == 1, "two decisions later it is still that of the delivery"
    with monkeypatch.context() as patch:
        patch.setattr("watchroom.gate.lineage._VERSIONS_AT_MOST", 1)
        assert giver() is None
    with desk.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{desk.database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute("delete from record.alert_history where id = %s", (row_id,))
    assert giver() is None


def test_a_decision_reaches_rows_that_stand_under_another_sources_people(database: Database, tmp_path: Path):
    nomis, source = intake_of(database, small_extract(tmp_path / "nomis"), at=NOW)
    assert not nomis.ingest(source).is_refused
    intake, events = event_intake(database)
    told = event(CREATED, NOW, number="A1234AA", alertUuid="pushed", alertCode="NEWY")
    assert intake.take_post(events, post_of([told])).report is not None
    desk = Desk(database=database, folder=tmp_path, source=events, clock=SteppedClock(NOW + timedelta(hours=1)))
    decision = CodeDecision(code_list="alert_kind", value="NEWY", state=CodeState.MAPPED, code="XA", by="eng")
    around = replace(desk.around(), mapping=load_mapping("hmpps_event"))
    decided = decide_code(around, decision, today=NOW.date())
    assert (decided.changed, decided.held) == (1, 0)
    pushed = (
        "select a.kind_code, p.prison_number, p.source_system from record.alert as a"
        " inner join record.person as p on a.person_id = p.id where a.source_key = 'pushed'"
    )
    assert select(database, pushed) == [("XA", "A1234AA", "nomis")]
