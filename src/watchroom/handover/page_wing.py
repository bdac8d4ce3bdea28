"""The roll and the cells of a handover in words: everyone is counted somewhere."""

from dataclasses import replace
from itertools import groupby
from uuid import UUID

from watchroom.handover.briefing import Capacity, Cell, Roll
from watchroom.handover.page_footing import footing_of, ground
from watchroom.handover.page_people import MARKS, TONES, Sayer
from watchroom.handover.show_wing import (
    CapacityPart,
    CellTile,
    Landing,
    NoUnitPart,
    Occupant,
    RollLine,
    RollPart,
    UnplacedLine,
)
from watchroom.handover.tones import Tone
from watchroom.model.text import Text

_ORDER = (Tone.NOW, Tone.SOON, Tone.WATCH, Tone.PLAIN, Tone.OUT)
_KEY = (Tone.NOW, Tone.SOON, Tone.WATCH, Tone.PLAIN, Tone.OUT, Tone.EMPTY, Tone.CLOSED, Tone.WITHHELD)


def roll_part(sayer: Sayer) -> RollPart:
    """The roll and the grid in words."""
    briefing, words = sayer.briefing, sayer.words
    roll = briefing.roll
    return RollPart(
        sentence=roll_sentence(sayer),
        is_known=is_roll_known(sayer),
        ground=ground(sayer, "roll"),
        on_roll=roll.on_roll,
        in_now=roll.in_now,
        out_now=roll.out_now,
        no_cell=roll.no_cell,
        capacity=_capacity(sayer, roll.capacity),
        withheld=roll.withheld,
        lines=_lines(sayer, roll) if is_roll_known(sayer) else (),
        unlisted=""
        if briefing.is_all_withheld or not is_roll_known(sayer)
        else words.phrase("page.unlisted_of_those" if briefing.is_blind else "page.unlisted", count=briefing.unlisted),
        landings=_landings(sayer, roll),
        key=_key(sayer) if roll.cells else (),
        over=tuple(
            words.phrase("page.cell.over_line", place=cell.short, count=cell.occupants, capacity=cell.capacity)
            for cell in roll.cells
            if _is_over(cell)
        ),
        no_unit=_no_unit(sayer, roll),
    )


def _key(sayer: Sayer) -> tuple[tuple[str, Tone, str], ...]:
    """What each look of a cell means; a plain one says no more than what was evaluated."""
    return tuple(
        (
            MARKS[tone],
            tone,
            sayer.no_listed_item() if tone is Tone.PLAIN else sayer.words.phrase(f"page.key.{tone.value}"),
        )
        for tone in _KEY
        if tone is not Tone.PLAIN or not sayer.briefing.is_all_withheld
    )


def _is_over(cell: Cell) -> bool:
    return cell.capacity is not None and cell.occupants > cell.capacity


def _capacity(sayer: Sayer, found: Capacity) -> CapacityPart:
    """Every figure of the source by its name, and what does not agree; nothing is made up to agree."""
    words = sayer.words
    lines = [
        words.phrase(f"page.capacity.{key}", working=working, maximum=maximum)
        for key, working, maximum in (
            ("cells", found.cells_working, found.cells_maximum),
            ("unit", found.unit_working, found.unit_maximum),
        )
        if working is not None or maximum is not None
    ]
    lines += [
        words.phrase("page.capacity.contradiction", place=place, working=working, maximum=maximum)
        for place, working, maximum in found.contradictions
    ]
    return CapacityPart(
        cells_working=found.cells_working,
        cells_maximum=found.cells_maximum,
        unit_working=found.unit_working,
        unit_maximum=found.unit_maximum,
        contradictions=tuple(found.contradictions),
        lines=tuple(lines) or ((words.phrase("page.capacity.not_recorded"),) if is_roll_known(sayer) else ()),
    )


def _no_unit(sayer: Sayer, roll: Roll) -> NoUnitPart:
    words = sayer.words
    withheld = max(0, roll.on_no_unit - len(roll.unplaced))
    told = [words.phrase("page.no_unit.why")] if roll.on_no_unit else []
    if withheld:
        told.append(words.phrase("page.no_unit.withheld", count=withheld))
    states = {True: "page.no_unit.in", False: "page.no_unit.out", None: "whereabouts.unknown"}
    return NoUnitPart(
        count=roll.on_no_unit,
        withheld=withheld,
        title=words.phrase("page.no_unit", count=roll.on_no_unit) if roll.on_no_unit else "",
        sentence=" ".join(told),
        people=tuple(
            UnplacedLine(
                person_id=str(one.person_id),
                name=one.name or words.phrase("page.name_withheld"),
                prison_number=one.prison_number or "",
                text=words.phrase(states[one.is_in]),
            )
            for one in roll.unplaced
        ),
    )


def is_roll_known(sayer: Sayer) -> bool:
    """Whether anything is known of who is on the unit: that nobody is may mean that nobody tells."""
    briefing = sayer.briefing
    return bool(briefing.sequence and (briefing.roll.on_roll or footing_of(sayer, "roll").is_known))


def roll_sentence(sayer: Sayer) -> str:
    """How many are on the roll, and how many of them are in."""
    roll = sayer.briefing.roll
    if not is_roll_known(sayer):
        return sayer.words.phrase("page.roll.not_known")
    return sayer.words.phrase("page.roll.sentence", count=roll.on_roll, inside=roll.in_now, out=roll.out_now)


def _lines(sayer: Sayer, roll: Roll) -> tuple[RollLine, ...]:
    lines = [
        RollLine(
            key=group.key,
            label=sayer.words.phrase(f"whereabouts.{group.key}"),
            count=len(group.people),
            # Those with a cell stand in the grid and its list; here they are counted.
            people=() if group.key == "cell_recorded" else tuple(_away(sayer, *entry) for entry in group.people),
        )
        for group in roll.whereabouts
        if group.people or group.key == "cell_recorded"
    ]
    if roll.withheld:
        label = sayer.words.phrase("whereabouts.withheld")
        lines.append(RollLine(key="withheld", label=label, count=roll.withheld, people=()))
    return tuple(lines)


def _away(sayer: Sayer, person: UUID, why: Text | None) -> Occupant:
    plain = _occupant(sayer, person)
    if why is None:
        return plain
    text = f"{sayer.words.say(why)} {plain.text}".strip()
    return replace(plain, text=text)


def _occupant(sayer: Sayer, person: UUID) -> Occupant:
    named = sayer.briefing.named.get(person)
    listed = next((one for one in sayer.briefing.people if one.person.person_id == person), None)
    if listed is not None:
        tone = TONES[listed.now.level]
        headlines = dict.fromkeys(sayer.words.say(reason.headline) for reason in listed.now.reasons)
        text = sayer.words.listed(list(headlines))
    else:
        tone = Tone.PLAIN if named is None or named.is_in else Tone.OUT
        text = sayer.no_listed_item()
    since = sayer.words.phrase("page.received_unreliable") if person in sayer.briefing.undated else ""
    alerts = sayer.other_alerts(named) if listed is None else ()
    return Occupant(
        person_id=str(person),
        name=sayer.name(named),
        tone=tone,
        text=text,
        since=since,
        other_alerts=alerts,
        alerts=f"{sayer.words.phrase('page.word.other_alerts')} {'; '.join(alerts)}" if alerts else "",
    )


def _landings(sayer: Sayer, roll: Roll) -> tuple[Landing, ...]:
    return tuple(
        Landing(
            name=sayer.words.phrase("page.landing", name=name),
            short=name,
            cells=tuple(_tile(sayer, cell) for cell in cells),
        )
        for (_, name), cells in groupby(roll.cells, key=lambda cell: (cell.landing, cell.landing_name))
    )


def _tile(sayer: Sayer, cell: Cell) -> CellTile:
    words = sayer.words
    occupants = tuple(_occupant(sayer, person) for person in cell.people)
    tone = _tone(cell, occupants)
    said = [words.phrase("page.cell.occupant", name=one.name, text=one.text) for one in occupants]
    withheld = words.phrase("page.cell.withheld", count=cell.withheld) if cell.withheld else None
    if withheld is not None:
        said.append(withheld)
    if cell.out_of_use is not None:
        said.append(words.say(cell.out_of_use))
    elif not cell.occupants:
        said.append(words.phrase("page.key.empty"))
    if _is_over(cell):
        said.append(words.phrase("page.cell.over", capacity=cell.capacity))
    return CellTile(
        place=cell.short,
        label=words.phrase("page.cell.label", place=cell.short, said="; ".join(said)),
        tone=tone,
        mark=MARKS[tone],
        count=cell.occupants,
        occupants=occupants,
        withheld=withheld,
    )


def _tone(cell: Cell, occupants: tuple[Occupant, ...]) -> Tone:
    if occupants:
        return min((one.tone for one in occupants), key=_ORDER.index)
    if cell.withheld:
        return Tone.WITHHELD
    return Tone.EMPTY if cell.out_of_use is None else Tone.CLOSED
