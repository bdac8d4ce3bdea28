"""Every rule, in one table: what it is called, how urgent, what it reads, and why it is decided like that."""

from collections.abc import Callable, Iterator, Mapping
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
        needs: `entity.field` of the model without which it cannot be evaluated at all.
        helps: `entity.field` that decide between levels or wordings only; without them it is evaluated in part.
        concepts: what it asks of the jurisdiction pack.
        decided_by: of what it asks there, what decides between levels or wordings only; more than stands in `concepts`.
        either: it fires on any of its concepts; else each has to be known for it to be evaluated at all.
        fires_on_absence: it fires where a record is missing, so it says nothing when the file did not come.
        source_words: what stands in the source where it fires, for those who check it there.
        why: what decides the level, and where that comes from.
    """

    code: str
    apply: Callable[[PersonFacts, Setting], Iterator[Reason]]
    levels: tuple[Level, ...]
    needs: tuple[str, ...]
    source_words: str
    why: str
    helps: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    fires_on_absence: bool = False
    decided_by: tuple[str, ...] = ()
    either: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """Everything that it reads, as `entity.field`."""
        return (*self.needs, *self.helps)

    @property
    def asked(self) -> tuple[str, ...]:
        """Every concept that it asks of the jurisdiction pack."""
        return tuple(dict.fromkeys((*self.concepts, *self.decided_by)))

    def known_by(self, codes: Mapping[str, frozenset[str]]) -> bool | None:
        """Whether its words are known where those concepts have codes; None: in part."""
        needed = [bool(codes.get(name)) for name in self.concepts if name not in self.decided_by]
        if needed and not (any(needed) if self.either else all(needed)):
            return False
        return True if all(codes.get(name) for name in self.asked) else None

    @property
    def reads(self) -> tuple[str, ...]:
        """The entities of the model whose rows it reads, by name."""
        return tuple(sorted({name.partition(".")[0] for name in self.inputs}))


_NOW, _SHIFT, _WATCH = Level.ACT_NOW, Level.THIS_SHIFT, Level.WATCH

_ALERT = ("alert.kind_code", "alert.is_active", "alert.active_from", "alert.active_to")
_CELL = ("custody_episode.location_id", "location.path", "location.kind_code")
_RATING = ("cell_sharing_risk.level_code", "cell_sharing_risk.is_approved", "cell_sharing_risk.assessed_on")
_EVENT = (
    "scheduled_event.event_date",
    "scheduled_event.type_code",
    "scheduled_event.status_code",
    "scheduled_event.starts_at",
    "scheduled_event.ends_at",
)
_VISIT = ("visit.visit_date", "visit.status_code", "visit.starts_at", "visit.ends_at", "visit.location_id")
_COURT = (
    "court_appearance.appearance_date",
    "court_appearance.status_code",
    "court_appearance.starts_at",
    "court_appearance.ends_at",
    "court_appearance.type_code",
    "court_appearance.court_code",
)
_MOVEMENT = ("movement.moved_at", "movement.kind_code", "movement.reason_code", "movement.direction_code")

# INVARIANT: the order is the weight of the reasons: within a level the earlier one leads and stands higher. First
# what may cost a life, then whom to keep from whom, then what a door or a move needs, then what the day brings.
RULES: tuple[Rule, ...] = (
    Rule(
        code="care_plan_open",
        apply=markers.care_plan_open,
        levels=(_NOW,),
        needs=_ALERT,
        concepts=("care_plan_open",),
        source_words="active alert HA (ACCT open)",
        why="an open plan for a person at risk of suicide or self-harm binds every shift (PSI 64/2011, ACCT)",
    ),
    Rule(
        code="controlled_unlock",
        apply=markers.controlled_unlock,
        levels=(_NOW,),
        needs=_ALERT,
        concepts=("controlled_unlock",),
        source_words="active alert XCU (controlled unlock)",
        why="it has to be known before a door is opened; how many staff is not in the alert, and the text says so",
    ),
    Rule(
        code="non_association_on_wing",
        apply=others.non_association_on_wing,
        levels=(_SHIFT, _NOW),
        needs=(
            "non_association.other_person_id",
            "non_association.restriction_code",
            "non_association.is_open",
            "non_association.from_on",
            *_CELL,
        ),
        helps=(*_EVENT, "scheduled_event.location_id", *_VISIT),
        decided_by=("cell", "landing", "scheduled", "visit_scheduled"),
        source_words="open non-association whose other person is held on the same unit",
        why="act now where the restriction is broken or both are listed for one place and time; both people get it",
    ),
    Rule(
        code="cell_sharing_high",
        apply=custody.cell_sharing_high,
        levels=(_SHIFT, _NOW),
        needs=(*_RATING, *_CELL),
        concepts=("cell_sharing_high",),
        decided_by=("cell",),
        source_words="latest approved cell sharing assessment with result HI",
        why="act now only while somebody shares the cell, counted also when the other's details are withheld",
    ),
    Rule(
        code="cell_mate_high",
        apply=custody.cell_mate_high,
        levels=(_NOW,),
        needs=(*_RATING, *_CELL),
        concepts=("cell_sharing_high", "cell"),
        source_words="in one cell with somebody whose latest approved cell sharing assessment has the result HI",
        why="the one at risk must not be the one who stands in no list; only of cell mates whom the asker may know",
    ),
    Rule(
        code="cell_sharing_unassessed",
        apply=custody.cell_sharing_unassessed,
        levels=(_SHIFT, _NOW),
        needs=(*_RATING, *_CELL, "custody_episode.begun_at"),
        concepts=("cell_sharing_pending",),
        decided_by=("cell", "cell_sharing_high"),
        fires_on_absence=True,
        source_words="no approved cell sharing assessment, or only a pending one",
        why="act now after a night in a shared cell in the first days; those alone in a cell are only counted",
    ),
    Rule(
        code="escape_marker",
        apply=markers.escape_marker,
        levels=(_SHIFT, _NOW),
        needs=_ALERT,
        helps=(*markers.LISTED_TO_LEAVE, *markers.DIRECTION),
        concepts=("escape_list", "escape_risk", "scheduled"),
        either=True,
        decided_by=("scheduled", "court", "outside_appointment", "transfer"),
        source_words="active alert XEL (escape list) or XER (escape risk)",
        why="act now on a day on which the person leaves the establishment, else a standing marker",
    ),
    Rule(
        code="first_days",
        apply=custody.first_days,
        levels=(_SHIFT,),
        needs=("custody_episode.begun_at",),
        source_words="booking began less than 72 hours ago, by a date that is not the extract's own instant",
        why="the first days carry the highest risk of suicide; a default date never makes a first night",
    ),
    Rule(
        code="care_plan_post_closure",
        apply=markers.care_plan_post_closure,
        levels=(_SHIFT,),
        needs=_ALERT,
        concepts=("care_plan_post_closure",),
        source_words="active alert HA1 (ACCT post closure)",
        why="a closed plan is still followed up, at least until its post-closure review",
    ),
    Rule(
        code="recent_incident",
        apply=others.recent_incident,
        levels=(_SHIFT, _WATCH),
        needs=(
            "incident_report.reference",
            "incident_report.type_code",
            "incident_report.occurred_at",
            "incident_participant.incident_id",
            "incident_participant.person_id",
            "incident_participant.role_code",
        ),
        helps=("incident_report.reported_at",),
        source_words="party to an incident of the last 72 hours, in any role; one without a reliable date",
        why="this shift for a day, then watched; a victim counts as much as an assailant; undated: at the worst",
    ),
    Rule(
        code="conflict_on_wing",
        apply=markers.conflict_on_wing,
        levels=(_SHIFT,),
        needs=_ALERT,
        concepts=("conflict",),
        source_words="active alert RCON (conflict with other prisoners)",
        why="with whom is not in the alert: staff ask before unlock",
    ),
    Rule(
        code="cell_missing",
        apply=custody.cell_missing,
        levels=(_SHIFT,),
        needs=(*_CELL, "custody_episode.in_out_code"),
        concepts=("cell",),
        fires_on_absence=True,
        source_words="not known to be out, and the living unit is empty, unknown or not a cell",
        why="who cannot be placed cannot be unlocked, counted or evacuated by place",
    ),
    Rule(
        code="arson",
        apply=markers.arson,
        levels=(_SHIFT,),
        needs=_ALERT,
        concepts=("arson",),
        source_words="active alert XA (arsonist)",
        why="a standing marker that changes what is left in possession; it does not by itself ask for a deed now",
    ),
    Rule(
        code="hold",
        apply=markers.hold,
        levels=(_WATCH, _SHIFT),
        needs=_ALERT,
        helps=(
            "scheduled_event.event_date",
            "scheduled_event.type_code",
            "scheduled_event.status_code",
            "scheduled_event.starts_at",
            *markers.DIRECTION,
        ),
        concepts=("hold", "scheduled"),
        decided_by=("scheduled", "transfer"),
        source_words="active alert TG, TM, TSE, TAH, TPR or TAP (holds)",
        why="it bites only when somebody is to be moved; this shift when a transfer away is listed for today",
    ),
    Rule(
        code="out_now",
        apply=custody.out_now,
        levels=(_WATCH, _SHIFT),
        needs=("custody_episode.in_out_code",),
        helps=_MOVEMENT,
        decided_by=("to_hospital",),
        source_words="status OUT; reason and time of the latest movement",
        why="this shift in hospital, where staff are out too; after 30 days out the record is to be checked",
    ),
    Rule(
        code="court_today",
        apply=day.court_today,
        levels=(_SHIFT,),
        needs=_COURT,
        helps=_EVENT,
        concepts=("scheduled",),
        decided_by=("court",),
        source_words="court event of today with status SCH or none that is known",
        why="the person has to be ready and may come back with other news",
    ),
    Rule(
        code="outside_appointment_today",
        apply=day.outside_appointment_today,
        levels=(_SHIFT,),
        needs=(*_EVENT, "scheduled_event.sub_type_code"),
        helps=("scheduled_event.to_agency_code",),
        concepts=("scheduled", "outside_appointment"),
        source_words="external movement of today of type TAP with status SCH",
        why="an escort leaves the wing with somebody and staffing changes",
    ),
    Rule(
        code="release_soon",
        apply=custody.release_soon,
        levels=(_WATCH, _SHIFT),
        needs=(
            "sentence_key_dates.confirmed_release_on",
            "sentence_key_dates.automatic_release_on",
            "sentence_key_dates.conditional_release_on",
        ),
        helps=(
            "sentence_key_dates.non_parole_on",
            "sentence_key_dates.post_recall_release_on",
            "sentence_key_dates.home_detention_curfew_eligibility_on",
            "sentence_key_dates.parole_eligibility_on",
            "sentence_key_dates.sentence_expiry_on",
            "sentence_key_dates.calculated_on",
        ),
        source_words="confirmed release date, else the earliest release date, within seven days and not past",
        why="this shift today and tomorrow; before that to be prepared; of unordered calculations the earliest",
    ),
    Rule(
        code="visit_today",
        apply=day.visit_today,
        levels=(_WATCH,),
        needs=(*_VISIT, "visit.type_code"),
        concepts=("visit_scheduled",),
        source_words="visit of today with status SCH that is not over",
        why="known and planned: listed with its time, never urgent",
    ),
)
