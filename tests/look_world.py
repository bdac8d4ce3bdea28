"""A generated month of looks by forty staff: their ordinary work, and snooping that was planted among it.

The record moves: people change wings, leave, come. Who planted what is told apart by construction, never by the rules
under test. Ordinary work holds what makes such rules fail: cover shifts, rounds, overtime, a death after which
everybody looks, calls about somebody who left, people of one common name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from gate_world import START, about, episode, person, write
from watchroom.audit.entries import Act, Entry, prepare
from watchroom.audit.memory import MemoryAuditLog
from watchroom.audit.sequencer import Sequencer
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.restrictions import Relation, RestrictionKind, Restrictions
from watchroom.gate.rota import Mark, MarkKind, Shift, StaffFacts
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

DAYS = 28
PEOPLE_A_WING = 60
WINGS = ("LEI-A", "LEI-B", "LEI-C", "LEI-D")
ELSEWHERE = "MDI-A"
COMMON = ("SMITH", "JONES", "TAYLOR", "BROWN", "KHAN")
END = START + timedelta(days=DAYS)
Pair = tuple[str, str | None]


@dataclass(slots=True)
class Month:
    """What was made.

    Attributes:
        planted: who snooped on whom, by key of the person; without one, on many at once.
        kinds: what each of it is, in words.
        findable: those that leave something in the log, the record or the rota that tells them apart.
        ids: of the people, by key.
        looks: how many entries are looks.
    """

    planted: set[Pair] = field(default_factory=set)
    kinds: dict[Pair, str] = field(default_factory=dict)
    findable: set[Pair] = field(default_factory=set)
    ids: dict[str, UUID] = field(default_factory=dict)
    looks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfLooks:
    """A month, and the database in which it stands; for copies alone, nobody connects to it."""

    template: str
    month: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the record: name, postcode, and the wing on each day (None: not in custody)."""

    key: str
    name: str
    postcode: str
    wings: list[str | None]


@dataclass(slots=True)
class _Made:
    """The month while it is made."""

    random: Random
    people: list[Person]
    staff: list[Asker]
    entries: list[tuple[datetime, str, str, str, int]] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    on: dict[tuple[str, int], str] = field(default_factory=dict)
    month: Month = field(default_factory=Month)

    def look(self, who: Asker, whom: Person, at: datetime, *, shown: int = 1) -> None:
        self.entries.append((at, who.name, who.roles[0], whom.key, shown))

    def plant(self, who: Asker, whom: Person | None, kind: str, *, is_findable: bool = True) -> None:
        pair = (who.name, None if whom is None else whom.key)
        self.month.planted.add(pair)
        self.month.kinds[pair] = kind
        if is_findable:
            self.month.findable.add(pair)

    def on_wing(self, wing: str | None, day: int) -> list[Person]:
        return [one for one in self.people if one.wings[min(day, DAYS - 1)] == wing]


def make_month(database: Database, *, seed: int = 20260724) -> Month:
    """Write the record, the accounts, the rota and the log of the month; deterministic by `seed`."""
    random = Random(seed)  # noqa: S311  made-up people, not keys
    made = _Made(random=random, people=_people(random), staff=_staff())
    _write_record(database, made.people)
    with database.connection(Principal.LOADER) as connection:
        rows = connection.execute("select source_key, id from record.person").fetchall()
    made.month.ids = dict(rows)
    _write_accounts(database, made)
    for day in range(1, DAYS):
        for who in made.staff:
            _ordinary_day(made, who, day)
    _death(made, day=14)
    _overtime(made)
    _snooping(database, made)
    _write_rota(database, made)
    _write_log(database, made)
    return made.month


def reviewers(database: Database) -> tuple[Asker, Asker]:
    """Two officers who may review."""
    found = tuple(Asker(name=f"governance.{n}", roles=("information_governance",), organisation="HMPPS") for n in "12")
    return found[0], found[1]


def _people(random: Random) -> list[Person]:
    found: list[Person] = []
    for number in range(PEOPLE_A_WING * 4 + 120):
        key = f"P{number:04}"
        name = random.choice(COMMON) if random.random() < 0.25 else f"RARE{chr(65 + number % 26)}{_letters(number)}"
        start = WINGS[number // PEOPLE_A_WING] if number < PEOPLE_A_WING * 4 else ELSEWHERE
        wings: list[str | None] = [start] * DAYS
        if number % 9 == 0:
            moved = random.randrange(2, DAYS)
            to = random.choice([*WINGS, None])
            wings[moved:] = [to] * (DAYS - moved)
        found.append(
            Person(key=key, name=name, postcode=f"LS{number % 28 + 1} {number % 9}{_letters(number)[-2:]}", wings=wings)
        )
    return found


def _letters(number: int) -> str:
    return "".join(chr(65 + number // 26**place % 26) for place in range(3))


def _staff() -> list[Asker]:
    officers = [
        Asker(
            name=f"officer.{wing[-1].lower()}{n}",
            roles=("wing_officer",),
            organisation="HMPPS",
            sites=("LEI",),
            units=(wing,),
        )
        for wing in WINGS
        for n in range(7)
    ]
    nurses = [Asker(name=f"nurse.{n}", roles=("nurse",), organisation="HMPPS", sites=("LEI",)) for n in range(8)]
    governors = [
        Asker(name=f"governor.{n}", roles=("duty_governor",), organisation="HMPPS", sites=("LEI",)) for n in range(4)
    ]
    return [*officers, *nurses, *governors]


def _write_record(database: Database, people: list[Person]) -> None:
    for day in range(DAYS):
        died = people[PEOPLE_A_WING + 3]
        incidents = [{"source_key": "900", "reference": "900", "site_code": "LEI", "unit_code": "LEI-B",
                      "occurred_at": _at(14, 3)}] if day >= 14 else []  # fmt: skip
        parts = [{**about("900.1", died.key, "LEI-B"), "incident_key": "900"}] if day >= 14 else []
        rows = {
            "person": [person(one.key, one.wings[day], family_name=one.name) for one in people],
            "address": [
                about(f"A{one.key}", one.key, one.wings[day], postal_code=one.postcode, is_primary=True)
                for one in people
            ],
            "custody_episode": [
                episode(one.key, one.wings[day], is_active=one.wings[day] is not None) for one in people
            ],
            "incident_report": incidents,
            "incident_participant": parts,
        }
        write(database, rows, hour=24 * day)


def _write_accounts(database: Database, made: _Made) -> None:
    with database.connection(Principal.APP) as connection:
        for asker in [*made.staff, *reviewers(database)]:
            connection.execute(
                "insert into gate.account (name, roles, organisation, sites, units, password_hash, created_at,"
                " password_set_at) values (%s, %s, 'HMPPS', %s, %s, 'none', %s, %s)",
                (asker.name, list(asker.roles), list(asker.sites), list(asker.units), START, START),
            )


def _at(day: int, hour: float, minute: float = 0) -> datetime:
    return START.replace(hour=0) + timedelta(days=day, hours=hour, minutes=minute)


def _ordinary_day(made: _Made, who: Asker, day: int) -> None:
    number = made.staff.index(who)
    if (day + number) % 7 in (0, 3):
        return
    role, is_late = who.roles[0], (day + number) % 2 == 0
    begins = 13 if is_late else 7
    # Every ninth shift of an officer is cover on another wing, and the rota says so.
    unit = made.random.choice(WINGS) if who.units and made.random.random() < 0.11 else next(iter(who.units), None)
    made.on[who.name, day] = f"{begins}"
    made.shifts.append(
        Shift(account=who.name, from_at=_at(day, begins), to_at=_at(day, begins + 8), site="LEI", unit=unit)
    )
    if role == "nurse":
        _round(made, who, day, begins=begins)
        return
    pool = made.on_wing(unit, day) if unit else [one for wing in WINGS for one in made.on_wing(wing, day)]
    for _ in range(made.random.randrange(8, 16) if unit else made.random.randrange(4, 11)):
        made.look(who, made.random.choice(pool), _at(day, begins, made.random.uniform(5, 470)))
    # A call about somebody who moved from here: soon after as a rule, now and then a late report.
    left = [one for one in made.people if unit and unit in one.wings[max(0, day - 2) : day] and one.wings[day] != unit]
    if left and made.random.random() < 0.5:
        made.look(who, made.random.choice(left), _at(day, begins, 300))
    gone = [one for one in made.people if unit and unit in one.wings[: max(0, day - 5)] and one.wings[day] != unit]
    if gone and made.random.random() < 0.04:
        made.look(who, made.random.choice(gone), _at(day, begins, 420))
    # Reception looks ahead at somebody who is still at another prison: no relation yet, and ordinary work.
    if made.random.random() < 0.008:
        made.look(who, made.random.choice(made.on_wing(ELSEWHERE, day)), _at(day, begins, 200))


def _round(made: _Made, who: Asker, day: int, *, begins: int) -> None:
    wing = made.on_wing(made.random.choice(WINGS), day)
    for place, one in enumerate(made.random.sample(wing, min(28, len(wing)))):
        made.look(who, one, _at(day, begins + 1, place * 1.2))


def _death(made: _Made, *, day: int) -> None:
    died = made.people[PEOPLE_A_WING + 3]
    for who in made.staff:
        if (who.name, day) in made.on or (who.name, day + 1) in made.on:
            on = day if (who.name, day) in made.on else day + 1
            made.look(who, died, _at(on, int(made.on[who.name, on]), made.random.uniform(30, 400)))


def _overtime(made: _Made) -> None:
    for who in made.staff[::5]:
        on = [day for name, day in made.on if name == who.name]
        day = made.random.choice(on)
        pool = made.on_wing(who.units[0], day) if who.units else made.on_wing("LEI-A", day)
        for minute in (70, 85):
            made.look(who, made.random.choice(pool), _at(day, int(made.on[who.name, day]) + 8, minute))


def _snooping(database: Database, made: _Made) -> None:
    staff = {one.name: one for one in made.staff}
    facts = StaffFacts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine=SteppedClock(START))
    restrictions = Restrictions(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine=SteppedClock(START)
    )
    settled = [one for one in made.people if len(set(one.wings)) == 1]
    rare = [one for one in settled if one.name.startswith("RARE")]
    far, near = [one for one in rare if one.wings[0] == ELSEWHERE], [one for one in rare if one.wings[0] == "LEI-D"]

    # Abuse 1: a neighbour, a relative by name, somebody once close.
    neighbour, relative, once_close = near[0], near[1], far[0]
    facts.enter_marks("officer.a0", [Mark(kind=MarkKind.POSTCODE, word=neighbour.postcode.lower())], operator="hr")
    facts.enter_marks("officer.b1", [Mark(kind=MarkKind.FAMILY_NAME, word=relative.name.title())], operator="hr")
    made.look(staff["officer.a0"], neighbour, _at(9, 10), shown=0)
    made.plant(staff["officer.a0"], neighbour, "neighbour")
    made.look(staff["officer.b1"], relative, _at(11, 15), shown=0)
    made.plant(staff["officer.b1"], relative, "same rare name")
    for day in (5, 8, 12, 19):
        made.look(staff["officer.c2"], once_close, _at(day, 9), shown=0)
    made.plant(staff["officer.c2"], once_close, "again and again, elsewhere")

    _other_snooping(made, staff, far=far, near=near)
    own_wing = next(one for one in settled if one.wings[0] == "LEI-C")
    facts.enter_marks("officer.c3", [Mark(kind=MarkKind.POSTCODE, word=own_wing.postcode)], operator="hr")
    made.look(staff["officer.c3"], own_wing, _at(10, 14))
    made.plant(staff["officer.c3"], own_wing, "neighbour on the own wing")
    # Nobody has to do with these two at work.
    colleague, hidden = far[2], far[3]
    by = By(actor="governance.1")
    restrictions.link("officer.d4", made.month.ids[colleague.key], relation=Relation.SELF, by=by)
    made.look(staff["nurse.2"], colleague, _at(16, 11))
    made.plant(staff["nurse.2"], colleague, "a colleague")
    restrictions.restrict(made.month.ids[hidden.key], kind=RestrictionKind.PROTECTED, admits=["governance.1"], by=by)
    made.look(staff["governor.1"], hidden, _at(17, 12), shown=0)
    made.plant(staff["governor.1"], hidden, "a protected person")
    taken = {"officer.a0", "officer.b1", "officer.c3"}
    _marks_of_the_others(facts, made, [one for one in made.staff if one.name not in taken], rare=rare)


def _marks_of_the_others(facts: StaffFacts, made: _Made, staff: list[Asker], *, rare: list[Person]) -> None:
    """Everybody has marks. Some share a name or a postcode with somebody on their own wing, and only do their work."""
    for number, who in enumerate(staff):
        near = [one for one in rare if one.wings[0] == (who.units[0] if who.units else "LEI-A")]
        by_chance = made.random.choice(near)
        name = COMMON[number % 5] if number % 3 == 0 else f"STAFF{_letters(number)}"
        marks = [
            Mark(kind=MarkKind.FAMILY_NAME, word=by_chance.name if number % 12 == 4 else name),
            Mark(kind=MarkKind.POSTCODE, word=by_chance.postcode if number % 12 == 7 else f"YO1 {number % 9}ZZ"),
        ]
        facts.enter_marks(who.name, marks, operator="hr")


def _other_snooping(made: _Made, staff: dict[str, Asker], *, far: list[Person], near: list[Person]) -> None:
    for place, one in enumerate(made.people[40:80]):
        made.look(staff["governor.3"], one, _at(20, 2, place * 0.22))
    made.plant(staff["governor.3"], None, "forty people at night")
    for who, day in (("officer.d5", 6), ("nurse.6", 7), ("governor.0", 13)):
        made.look(staff[who], far[5], _at(day, 11), shown=0)
        made.plant(staff[who], far[5], "somebody known from the papers")
    gone = next(one for one in made.people if "LEI-A" in one.wings[:12] and one.wings[20] not in ("LEI-A", ELSEWHERE))
    made.look(staff["officer.a5"], gone, _at(27, 3), shown=0)
    made.plant(staff["officer.a5"], gone, "long after the move, at night")
    # Curiosity within one's own wing leaves nothing that tells it from work: nobody finds it this way.
    own = next(one for one in near if one.wings[0] == "LEI-D" and one not in near[:4])
    made.look(staff["officer.d0"], own, _at(15, 10))
    made.plant(staff["officer.d0"], own, "curious on the own wing", is_findable=False)


def _write_rota(database: Database, made: _Made) -> None:
    # Of the last wing no rota is kept here, as it will be in places.
    known = [one for one in made.shifts if not one.account.startswith("officer.d")]
    facts = StaffFacts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine=SteppedClock(START))
    facts.enter_shifts(known, operator="rota desk")


def _write_log(database: Database, made: _Made) -> None:
    entries = sorted([*made.entries, *_handovers(made)])
    made.month.looks = len(made.entries)
    sequencer = Sequencer(database.conninfo(Principal.AUDIT))
    try:
        for first in range(0, len(entries), 2000):
            batch = [
                prepare(_entry(made, *one), at=one[0], machine_at=one[0], salt=bytes(16))
                for one in entries[first : first + 2000]
            ]
            sequencer.commit(batch)
    finally:
        sequencer.close()


def _handovers(made: _Made) -> Iterator[tuple[datetime, str, str, str, int]]:
    for shift in made.shifts:
        if shift.unit is not None:
            yield shift.from_at, shift.account, "wing_officer", f"wing {shift.unit}", 60


def _entry(made: _Made, at: datetime, who: str, *more: str | int) -> Entry:
    role, key, shown = str(more[0]), str(more[1]), int(more[2])
    is_handover = key.startswith("wing ")
    ids = made.month.ids
    people = [ids[one.key] for one in made.on_wing(key.removeprefix("wing "), 0)] if is_handover else [ids[key]]
    return Entry(
        act=Act.BRIEF if is_handover else Act.CONSULT,
        actor=who,
        organisation="HMPPS",
        role=role,
        purpose="custody.care",
        entity="handover" if is_handover else "person",
        count=shown,
        subjects=tuple(people),
        fields=("person.family_name", "person.birth_date"),
        detail={} if is_handover else {"looked_up": str(people[0])},
        at=at,
    )
