"""The people of a handover in words: who needs attention, and who no longer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from watchroom.handover.briefing import Briefing, Cleared, Listed, Named
from watchroom.handover.show import AttentionGroup, Change, ClearedRow, PersonRow, ReasonLine
from watchroom.handover.tones import Tone
from watchroom.model.text import Coded, Text
from watchroom.model.words import Words
from watchroom.priority.attention import Attention, Turn
from watchroom.priority.footing import FIRM
from watchroom.priority.freshness import source_name
from watchroom.priority.reasons import Level, NextAction, Reason

TONES = {Level.ACT_NOW: Tone.NOW, Level.THIS_SHIFT: Tone.SOON, Level.WATCH: Tone.WATCH}
MARKS = {
    Tone.NOW: "●",
    Tone.SOON: "◆",
    Tone.WATCH: "■",
    Tone.OUT: "↗",
    Tone.EMPTY: "–",
    Tone.CLOSED: "×",
    Tone.WITHHELD: "?",
    Tone.PLAIN: "",
    Tone.LATE: "!",
}
_TURN_MARKS = {Turn.NEW: "", Turn.WORSE: "▲", Turn.BETTER: "▼", Turn.SAME: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayer:
    """Says the people of one briefing in words."""

    briefing: Briefing
    words: Words

    def name(self, person: Named | None) -> str:
        """The name, or the words for a withheld one."""
        if person is None or person.name is None:
            return self.words.phrase("page.name_withheld")
        return person.name

    def place(self, person: Named | None) -> str:
        """What officers call the cell, or the word for having none or being out."""
        if person is None:
            return ""
        if not person.is_in:
            return self.words.phrase("page.place.out")
        return person.place or self.words.phrase("page.place.no_cell")

    def time(self, at: datetime) -> str:
        """The time of an instant; with the day when it is not within half a day, and the year when it is another."""
        near = abs((at - self.briefing.at).total_seconds()) < 12 * 3600
        this_year = at.astimezone(self.words.zone).year == self.briefing.at.astimezone(self.words.zone).year
        return self.words.instant(at, "time" if near else "short" if this_year else "")

    def day(self, day: date) -> str:
        """A day: *today*, or the day of the month, with the year when it is another."""
        today = self.briefing.at.astimezone(self.words.zone).date()
        if day == today:
            return self.words.phrase("page.today")
        return self.words.day(day, "short" if day.year == today.year else "day")

    def figure(self, number: int) -> str:
        """A number, or a dash when nothing was known: never a reassuring zero."""
        return str(number) if self.briefing.sequence else "–"

    def people_figure(self, number: int) -> str:
        """A number of people or tasks; a dash where the asker may know of nobody, for then it says nothing."""
        return "–" if self.briefing.is_all_withheld else self.figure(number)

    def no_listed_item(self) -> str:
        """That no rule fires for somebody; says so only of the rules that could be evaluated, and of what is known."""
        footing = self.briefing.footings.get("attention", FIRM)
        if footing.silent:
            silent = self.words.listed([source_name(name) for name in footing.silent])
            return self.words.phrase("page.no_listed_item_old", sources=silent)
        return self.words.phrase("page.no_listed_item_of_those" if self.briefing.is_blind else "page.no_listed_item")

    def other_alerts(self, person: Named | None) -> tuple[str, ...]:
        """The active alerts that no rule speaks of, in words."""
        found = () if person is None else person.other_alerts
        return tuple(self.words.code(coded.code_list, coded.code) for coded in found)

    def groups(self) -> tuple[AttentionGroup, ...]:
        """Everyone who needs attention, by level."""
        return tuple(self._group(level) for level in Level)

    def cleared(self) -> tuple[ClearedRow, ...]:
        """Everyone who had a reason at the start of the last shift and has none now."""
        return tuple(self._cleared(row) for row in self.briefing.cleared)

    def reason(self, reason: Reason) -> ReasonLine:
        """One reason in words."""
        age = (self.briefing.at - reason.source.known_at).total_seconds()
        said = [reason.text] if reason.when is None else [reason.text, reason.when]
        at = reason.at.isoformat() if reason.at is not None else None if reason.on is None else reason.on.isoformat()
        return ReasonLine(
            code=reason.code,
            level=reason.level.value,
            tone=TONES[reason.level],
            headline=self.words.say(reason.headline),
            text=" ".join(self.words.say(text) for text in said),
            at=at,
            due=self._due(reason.next_action),
            source=reason.source.system.upper(),
            known_at=reason.source.known_at.isoformat(),
            known=self.words.phrase("page.known_for", age=self.words.age(max(age, 0))),
            is_late=reason.is_late,
        )

    def _group(self, level: Level) -> AttentionGroup:
        rows = tuple(self._row(one) for one in self.briefing.people if one.now.level is level)
        return AttentionGroup(
            level=level.value,
            title=self.words.phrase(f"level.{level.value}"),
            count=self._count(len(rows)),
            tone=TONES[level],
            mark=MARKS[TONES[level]],
            rows=rows,
            none_listed=self._none_listed(),
        )

    def _count(self, number: int) -> str:
        is_known = self.briefing.footings.get("attention", FIRM).is_known
        return self.people_figure(number) if number or is_known else "–"

    def _none_listed(self) -> str:
        """What stands where nobody is listed: of a wing of which nobody tells who is on it, that."""
        if self.briefing.is_all_withheld:
            return self.words.phrase("page.details_withheld")
        footing = self.briefing.footings.get("attention", FIRM)
        if footing.ended:
            ended = self.words.listed([source_name(name) for name in footing.ended])
            why = self.words.phrase("page.ground.ended", count=len(footing.ended), sources=ended)
            return self.words.phrase("page.none_known", why=why)
        return self.no_listed_item()

    def _row(self, one: Listed) -> PersonRow:
        person, now = one.person, one.now
        due = now.next_action.due
        return PersonRow(
            person_id=str(person.person_id),
            place=self.place(person),
            place_in_full=self._place_in_full(person),
            name=self.name(person),
            prison_number=person.prison_number or "",
            level=now.level.value,
            tone=TONES[now.level],
            reasons=tuple(self.reason(reason) for reason in now.reasons),
            change=self._change(one),
            instructions=self._told(person.instructions, of="care_instruction"),
            adjustments=self._told(person.instructions, of="reasonable_adjustment"),
            other_alerts=self.other_alerts(person),
            next_action=self.words.say(now.next_action.text),
            next_by=self._due(now.next_action),
            next_at=None if due is None else due.isoformat(),
            situation=None,
            contingency=None,
            withheld=self._withheld(person),
            is_late=any(reason.is_late for reason in now.reasons),
        )

    def _told(self, found: Sequence[Coded], *, of: str) -> tuple[str, ...]:
        """What is to be done, or what is arranged: an adjustment is no task of the shift."""
        return tuple(self.words.code(coded.code_list, coded.code) for coded in found if coded.code_list == of)

    def _place_in_full(self, person: Named) -> str:
        if person.place is None:
            return self.words.phrase("page.place.no_cell")
        return self.words.phrase("page.place.cell", place=person.place)

    def _withheld(self, person: Named) -> tuple[str, ...]:
        shown = {"family_name": "name", "given_names": "name", "prison_number": "number"}
        parts = dict.fromkeys(shown[field] for field in person.withheld if field in shown)
        return tuple(self.words.phrase(f"page.withheld.{part}") for part in parts)

    def _due(self, action: NextAction) -> str | None:
        if action.by is not None:
            return self.words.phrase("page.due.by", time=self.time(action.by))
        return None if action.at is None else self.words.phrase("page.due.at", time=self.time(action.at))

    def _change(self, one: Listed) -> Change:
        if self.briefing.is_first or not one.is_compared:
            # INVARIANT: what was not known then is no "no change"; only the document's word for it is the same.
            return Change(kind=Turn.SAME.value, word=self.words.phrase("turn.not_compared"), mark="", detail="")
        # At the same level it is better only by a reason less, and then no level was lowered.
        is_fewer = one.turn is Turn.BETTER and one.before is not None and one.before.level is one.now.level
        return Change(
            kind=one.turn.value,
            word=self.words.phrase("turn.fewer" if is_fewer else f"turn.{one.turn.value}"),
            mark=_TURN_MARKS[one.turn],
            detail="" if one.turn is Turn.SAME else self._detail(one.now, one.before),
        )

    def _detail(self, now: Attention, before: Attention | None) -> str:
        if before is None:
            return self.words.phrase("turn.detail.new", since=self.time(self.briefing.coverage.since))
        if now.level is not before.level:
            return self.words.phrase("turn.detail.was", level=Text(f"level.{before.level.value}"))
        here, there = self._headlines(now), self._headlines(before)
        added = [headline for headline in here if headline not in there]
        gone = [headline for headline in there if headline not in here]
        if added:
            return self.words.phrase("turn.detail.added", reasons=self.words.listed(added))
        return self.words.phrase("turn.detail.gone", reasons=self.words.listed(gone)) if gone else ""

    def _headlines(self, one: Attention) -> list[str]:
        return list(dict.fromkeys(self.words.say(reason.headline) for reason in one.reasons))

    def _cleared(self, row: Cleared) -> ClearedRow:
        reasons = [] if row.before is None else self._headlines(row.before)
        key = "page.cleared.here" if row.is_here else "page.cleared.left"
        said = {"reasons": self.words.listed(reasons), "nothing": self.no_listed_item()}
        return ClearedRow(
            person_id=str(row.person.person_id),
            place=self.place(row.person) if row.is_here else "",
            name=self.name(row.person),
            text=self.words.phrase(key, **said),
        )
