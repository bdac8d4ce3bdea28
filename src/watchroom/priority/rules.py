"""Every rule, in one table: what it is called, how urgent, what it reads, and why it is decided like that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from watchroom.priority import custody, day, markers, others
from watchroom.priority.facts import PersonFacts
from watchroom.priority.reasons import Level, Reason
from watchroom.priority.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        code: its name, also in the JSON document.
        apply: the rule itself: facts and setting to reasons, none when it does not fire.
        levels: every level that it can give, the default first.
        reads: entities of the model whose rows it needs.
        concepts: what it asks of the jurisdiction pack.
        source_words: what stands in the source where it fires, for those who check it there.
        why: what decides the level, and where that comes from.
    """

    code: str
    apply: Callable[[PersonFacts, Setting], Iterator[Reason]]
    levels: tuple[Level, ...]
    reads: tuple[str, ...]
    source_words: str
    why: str
    concepts: tuple[str, ...] = ()


_NOW, _SHIFT, _WATCH = Level.ACT_NOW, Level.THIS_SHIFT, Level.WATCH

RULES: tuple[Rule, ...] = (
    Rule(
        code="care_plan_open",
        apply=markers.care_plan_open,
        levels=(_NOW,),
        reads=("alert",),
        concepts=("care_plan_open",),
        source_words="active alert HA (ACCT open)",
        why="an open plan for a person at risk of suicide or self-harm binds every shift (PSI 64/2011, ACCT)",
    ),
    Rule(
        code="care_plan_post_closure",
        apply=markers.care_plan_post_closure,
        levels=(_SHIFT,),
        reads=("alert",),
        concepts=("care_plan_post_closure",),
        source_words="active alert HA1 (ACCT post closure)",
        why="a closed plan is still followed up, at least until its post-closure review",
    ),
    Rule(
        code="controlled_unlock",
        apply=markers.controlled_unlock,
        levels=(_NOW,),
        reads=("alert",),
        concepts=("controlled_unlock",),
        source_words="active alert XCU (controlled unlock)",
        why="it has to be known before a door is opened; how many staff is not in the alert, and the text says so",
    ),
    Rule(
        code="cell_sharing_high",
        apply=custody.cell_sharing_high,
        levels=(_SHIFT, _NOW),
        reads=("cell_sharing_risk", "bed_assignment", "location"),
        concepts=("cell_sharing_high",),
        source_words="latest approved cell sharing assessment with result HI",
        why="act now only while somebody shares the cell, counted also when the other's details are withheld",
    ),
    Rule(
        code="cell_sharing_unassessed",
        apply=custody.cell_sharing_unassessed,
        levels=(_SHIFT, _NOW),
        reads=("cell_sharing_risk", "custody_episode", "location"),
        concepts=("cell_sharing_pending",),
        source_words="no approved cell sharing assessment, or only a pending one",
        why="act now after a night in a shared cell in the first days; those alone in a cell are only counted",
    ),
    Rule(
        code="arson",
        apply=markers.arson,
        levels=(_SHIFT,),
        reads=("alert",),
        concepts=("arson",),
        source_words="active alert XA (arsonist)",
        why="a standing marker that changes what is left in possession; it does not by itself ask for a deed now",
    ),
    Rule(
        code="escape_marker",
        apply=markers.escape_marker,
        levels=(_SHIFT, _NOW),
        reads=("alert", "court_appearance", "scheduled_event"),
        concepts=("escape_list", "escape_risk", "scheduled"),
        source_words="active alert XEL (escape list) or XER (escape risk)",
        why="act now on a day on which the person leaves the establishment, else a standing marker",
    ),
    Rule(
        code="first_days",
        apply=custody.first_days,
        levels=(_SHIFT,),
        reads=("custody_episode",),
        source_words="booking began less than 72 hours ago, by a date that is not the extract's own instant",
        why="the first days carry the highest risk of suicide; a default date never makes a first night",
    ),
    Rule(
        code="court_today",
        apply=day.court_today,
        levels=(_SHIFT,),
        reads=("court_appearance",),
        concepts=("scheduled",),
        source_words="court event of today with status SCH",
        why="the person has to be ready and may come back with other news",
    ),
    Rule(
        code="visit_today",
        apply=day.visit_today,
        levels=(_WATCH,),
        reads=("visit",),
        concepts=("visit_scheduled",),
        source_words="visit of today with status SCH that is not over",
        why="known and planned: listed with its time, never urgent",
    ),
    Rule(
        code="outside_appointment_today",
        apply=day.outside_appointment_today,
        levels=(_SHIFT,),
        reads=("scheduled_event",),
        concepts=("scheduled", "outside_appointment"),
        source_words="external movement of today of type TAP with status SCH",
        why="an escort leaves the wing with somebody and staffing changes",
    ),
    Rule(
        code="out_now",
        apply=custody.out_now,
        levels=(_WATCH, _SHIFT),
        reads=("custody_episode", "movement"),
        source_words="status OUT; reason and time of the latest movement",
        why="this shift in hospital, where staff are out too; nobody who is out counts as without a listed item",
    ),
    Rule(
        code="release_soon",
        apply=custody.release_soon,
        levels=(_WATCH, _SHIFT),
        reads=("sentence_key_dates",),
        source_words="confirmed release date, else the earliest release date, within seven days and not past",
        why="this shift today and tomorrow; before that to be prepared",
    ),
    Rule(
        code="hold",
        apply=markers.hold,
        levels=(_WATCH, _SHIFT),
        reads=("alert", "scheduled_event"),
        concepts=("hold", "scheduled"),
        source_words="active alert TG, TM, TSE, TAH, TPR or TAP (holds)",
        why="it bites only when somebody is to be moved; this shift when a transfer is listed for today",
    ),
    Rule(
        code="non_association_on_wing",
        apply=others.non_association_on_wing,
        levels=(_SHIFT, _NOW),
        reads=("non_association", "custody_episode", "location", "scheduled_event", "visit"),
        source_words="open non-association whose other person is held on the same unit",
        why="act now where the restriction is broken or both are listed for one place and time; both people get it",
    ),
    Rule(
        code="conflict_on_wing",
        apply=markers.conflict_on_wing,
        levels=(_SHIFT,),
        reads=("alert",),
        concepts=("conflict",),
        source_words="active alert RCON (conflict with other prisoners)",
        why="with whom is not in the alert: staff ask before unlock",
    ),
    Rule(
        code="cell_missing",
        apply=custody.cell_missing,
        levels=(_SHIFT,),
        reads=("custody_episode", "location"),
        source_words="in, and the living unit is empty, unknown or not a cell",
        why="who cannot be placed cannot be unlocked, counted or evacuated by place",
    ),
    Rule(
        code="recent_incident",
        apply=others.recent_incident,
        levels=(_SHIFT, _WATCH),
        reads=("incident_report", "incident_participant"),
        source_words="party to an incident of the last 72 hours, in any role",
        why="this shift for a day, then watched; a victim counts as much as an assailant",
    ),
)
