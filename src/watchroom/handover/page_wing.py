"""The roll and the cells of a handover in words: everyone is counted somewhere."""

from itertools import groupby
from uuid import UUID

from watchroom.handover.briefing import Cell, Roll
from watchroom.handover.page_people import MARKS, TONES, Sayer
from watchroom.handover.show import CellTile, Landing, Occupant, RollLine, RollPart, Tone
from watchroom.model.text import Text

_ORDER = (Tone.NOW, Tone.SOON, Tone.WATCH, Tone.PLAIN, Tone.OUT)
_KEY = (Tone.NOW, Tone.SOON, Tone.WATCH, Tone.OUT, Tone.EMPTY, Tone.CLOSED, Tone.WITHHELD)


def roll_part(sayer: Sayer) -> RollPart:
    """The roll and the grid in words."""
    briefing, words = sayer.briefing, sayer.words
    roll = briefing.roll
    return RollPart(
        sentence=roll_sentence(sayer),
        on_roll=roll.on_roll,
        in_now=roll.in_now,
        out_now=roll.out_now,
        no_cell=roll.no_cell,
        capacity=roll.capacity,
        withheld=roll.withheld,
        lines=_lines(sayer, roll),
        unlisted=words.phrase("page.unlisted", count=briefing.unlisted),
        landings=_landings(sayer, roll),
        key=tuple((MARKS[tone], tone, words.phrase(f"page.key.{tone.value}")) for tone in _KEY),
    )


def roll_sentence(sayer: Sayer) -> str:
    """How many are on the roll, and how many of them are in."""
    roll = sayer.briefing.roll
    if sayer.briefing.sequence == 0:
        return sayer.words.phrase("page.roll.not_known")
    return sayer.words.phrase("page.roll.sentence", count=roll.on_roll, inside=roll.in_now, out=roll.out_now)


def _lines(sayer: Sayer, roll: Roll) -> tuple[RollLine, ...]:
    lines = [
        RollLine(
            key=group.key,
            label=sayer.words.phrase(f"whereabouts.{group.key}"),
            count=len(group.people),
            # Those in their cells stand in the grid and its list; here they are counted.
            people=() if group.key == "in_cell" else tuple(_away(sayer, *entry) for entry in group.people),
        )
        for group in roll.whereabouts
        if group.people or group.key == "in_cell"
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
    return Occupant(person_id=plain.person_id, name=plain.name, tone=plain.tone, text=text)


def _occupant(sayer: Sayer, person: UUID) -> Occupant:
    named = sayer.briefing.named.get(person)
    listed = next((one for one in sayer.briefing.people if one.person.person_id == person), None)
    if listed is not None:
        tone = TONES[listed.now.level]
        headlines = dict.fromkeys(sayer.words.say(reason.headline) for reason in listed.now.reasons)
        text = sayer.words.listed(list(headlines))
    else:
        tone = Tone.PLAIN if named is None or named.is_in else Tone.OUT
        text = sayer.words.phrase("page.no_listed_item")
    return Occupant(person_id=str(person), name=sayer.name(named), tone=tone, text=text)


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
    if cell.capacity is not None and cell.occupants > cell.capacity:
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
