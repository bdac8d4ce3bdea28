"""Delius, the case-management system of probation: an extract of its 71 tables can be written at any time.

Its own faults are in it: first and family name in each other's place, a prison number that nobody entered, marks of
restriction that disagree with the rows that restrict. `MEANT` says which of them a reader finds, and no other.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from watchroom.demo.world.county import Site
from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_probation import (
    AccessLimited,
    AccessOpened,
    ConditionAdded,
    ContactEnded,
    ContactPlanned,
    Deregistered,
    Enforced,
    OfficerChanged,
    RecallOrdered,
    Register,
    Registered,
    SupervisionBegun,
    SupervisionEnded,
)
from watchroom.demo.world.partners.society import Society
from watchroom.demo.writers import delius_words as words
from watchroom.demo.writers.delius_people import BASE, People
from watchroom.demo.writers.delius_staff import put_lists, put_staff, user_of
from watchroom.demo.writers.delius_tables import tables

# Table and column of the faults that are meant.
MEANT = frozenset(
    {("OFFENDER", "CURRENT_RESTRICTION"), ("OFFENDER", "CURRENT_EXCLUSION"), ("MAIN_OFFENCE", "OFFENDER_ID")}
)
_ANOTHER = 0.003


class Delius:
    """The system: it hears what happens to the people under probation, and can be written at any time."""

    def __init__(self, society: Society) -> None:
        """As it is before anybody is in it."""
        self._society = society
        self.tables = tables()
        self._people = People(society, self.tables)
        self._begun: dict[int, SupervisionBegun] = {}
        self._event_numbers: dict[int, int] = {}
        self._entries: dict[int, Registered] = {}
        self._contacts: dict[int, ContactPlanned] = {}
        self._managers: dict[int, tuple[int, int, date]] = {}
        self._limits: dict[tuple[int, bool], AccessLimited] = {}
        self._number = 0
        self._courts = {court.code: place for place, court in enumerate(_courts(society))}
        self._kinds: dict[type, Callable[[Any], None]] = {
            SupervisionBegun: self._begins,
            SupervisionEnded: self._ends,
            OfficerChanged: self._manager,
            Registered: self._registers,
            Deregistered: self._strikes_off,
            ConditionAdded: self._adds_condition,
            ContactPlanned: self._plans,
            ContactEnded: self._keeps,
            Enforced: self._enforces,
            RecallOrdered: self._recalls,
            AccessLimited: self._limits_access,
            AccessOpened: self._opens_access,
        }
        put_lists(self.tables)
        for area in society.areas:
            put_staff(self.tables, area, society.chance)

    def hear(self, one: Happening) -> None:
        """Enter what happened; what probation does not hear of changes nothing."""
        enter = self._kinds.get(type(one))
        if enter is not None:
            enter(one)

    def write(self, folder: Path) -> Path:
        """Write the extract as it stands; its folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for table in self.tables.values():
            table.write(folder)
        return folder

    def _begins(self, one: SupervisionBegun) -> None:
        self._begun[one.case] = one
        self._event_numbers[one.case] = self._people.next_event(one.life)
        self._people.put(one.life, on=one.since, from_prison=one.from_prison)
        self._sentence(one, ended=None)
        self._manager(one)
        stream = self._society.chance.stream("delius case", one.case)
        # Now and then a row below an event names another person than the event does.
        named = one.life if stream.random() >= _ANOTHER else next(iter(self._begun.values())).life
        self.tables["MAIN_OFFENCE"].put(
            MAIN_OFFENCE_ID=BASE + one.case,
            EVENT_ID=BASE + one.case,
            OFFENDER_ID=BASE + named,
            OFFENCE_ID=words.OFFENCES[one.offence],
            OFFENCE_DATE=words.in_letters(one.sentenced_on),
            OFFENCE_COUNT=1,
            **_common(one.since),
        )
        if one.court:
            self._appearance(one)
        if one.from_prison:
            self._custody(one)
        self._conditions(one)
        self._score(one, stream.randrange(8, 97))

    def _custody(self, one: SupervisionBegun) -> None:
        key = {"CUSTODY_ID": BASE + one.case, "OFFENDER_ID": BASE + one.life, **_common(one.since)}
        released = words.in_letters(one.since)
        self.tables["CUSTODY"].put(
            **key,
            DISPOSAL_ID=BASE + one.case,
            STATUS_CHANGE_DATE=released,
            LOCATION_CHANGE_DATE=released,
            CUSTODIAL_STATUS_ID=words.ON_LICENCE,
        )
        self.tables["RELEASE"].put(
            **key, RELEASE_ID=BASE + one.case, ACTUAL_RELEASE_DATE=released, RELEASE_TYPE_ID=words.RELEASE_TYPE
        )

    def _appearance(self, one: SupervisionBegun) -> None:
        self.tables["COURT_APPEARANCE"].put(
            COURT_APPEARANCE_ID=BASE + one.case,
            APPEARANCE_DATE=words.in_letters(one.sentenced_on),
            EVENT_ID=BASE + one.case,
            COURT_ID=1_500_004_900 + self._courts[one.court],
            APPEARANCE_TYPE_ID=284,
            OUTCOME_ID=words.DISPOSALS[one.sentence],
            OFFENDER_ID=BASE + one.life,
            **_common(one.since),
        )

    def _adds_condition(self, one: ConditionAdded) -> None:
        self.tables["LIC_CONDITION"].put(
            LIC_CONDITION_ID=(BASE + one.condition) * 10 + 9,
            LIC_CONDITION_NOTES=one.text,
            LIC_COND_TYPE_MAIN_CAT_ID=36,
            DISPOSAL_ID=BASE + one.case,
            START_DATE=words.in_full(one.at),
            OFFENDER_ID=BASE + one.life,
            ACTIVE_FLAG=1,
            **_common(one.at),
        )

    def _conditions(self, one: SupervisionBegun) -> None:
        table = "LIC_CONDITION" if one.from_prison else "RQMNT"
        own = {"LIC_COND_TYPE_MAIN_CAT_ID": 36} if one.from_prison else {"RQMNT_TYPE_MAIN_CATEGORY_ID": 2500000000}
        for place, text in enumerate(one.conditions):
            self.tables[table].put(
                **{
                    f"{table}_ID": (BASE + one.case) * 10 + place,
                    "LIC_CONDITION_NOTES" if one.from_prison else "RQMNT_NOTES": text,
                },
                **own,
                DISPOSAL_ID=BASE + one.case,
                START_DATE=f"{one.since} 00:00:00.000000",
                OFFENDER_ID=BASE + one.life,
                ACTIVE_FLAG=1,
                PENDING_TRANSFER=0,
                **_common(one.since),
            )

    def _score(self, one: SupervisionBegun, score: int) -> None:
        self.tables["OGRS_ASSESSMENT"].put(
            OGRS_ASSESSMENT_ID=BASE + one.case,
            ASSESSMENT_DATE=words.in_letters(one.sentenced_on),
            EVENT_ID=BASE + one.case,
            OGRS3_SCORE_1=max(1, score - 13),
            OGRS3_SCORE_2=score,
            **_common(one.since),
        )

    def _sentence(self, one: SupervisionBegun, *, ended: SupervisionEnded | None) -> None:
        is_active = int(ended is None)
        key, person = BASE + one.case, BASE + one.life
        self.tables["EVENT"].put(
            EVENT_ID=key,
            OFFENDER_ID=person,
            EVENT_NUMBER=self._event_numbers[one.case],
            REFERRAL_DATE=words.in_digits(one.sentenced_on),
            CONVICTION_DATE=words.in_digits(one.sentenced_on),
            IN_BREACH=0,
            ACTIVE_FLAG=is_active,
            FTC_COUNT=0,
            PENDING_TRANSFER=0,
            **_common(one.since),
        )
        self.tables["DISPOSAL"].put(
            DISPOSAL_ID=key,
            EVENT_ID=key,
            OFFENDER_ID=person,
            DISPOSAL_DATE=words.in_digits(one.sentenced_on),
            DISPOSAL_TYPE_ID=words.DISPOSALS[one.sentence],
            LENGTH_IN_DAYS=one.days,
            LENGTH=round(one.days / 30.4),
            NOTIONAL_END_DATE=words.in_digits(one.ends_on),
            TERMINATION_DATE="" if ended is None else words.in_digits(wall(ended.at).date()),
            DISPOSAL_TERMINATION_REASON_ID="" if ended is None else words.ENDINGS[ended.why],
            ACTIVE_FLAG=is_active,
            **_common(one.since),
        )

    def _ends(self, one: SupervisionEnded) -> None:
        begun = self._begun.pop(one.case, None)
        if begun is not None:
            self._sentence(begun, ended=one)
            del self._event_numbers[one.case]
            self._close_manager(one.life, on=wall(one.at).date())

    def _manager(self, one: SupervisionBegun | OfficerChanged) -> None:
        on = one.since if isinstance(one, SupervisionBegun) else wall(one.at).date()
        self._close_manager(one.life, on=on)
        self._number += 1
        self._managers[one.life] = (self._number, one.officer, on)
        self._put_manager(one.life, self._managers[one.life], team=one.team, ended=None)

    def _close_manager(self, life: int, *, on: date) -> None:
        before = self._managers.pop(life, None)
        if before is not None:
            self._put_manager(life, before, team=None, ended=on)

    def _put_manager(self, life: int, manager: tuple[int, int, date], *, team: int | None, ended: date | None) -> None:
        number, officer, began = manager
        team = self._people.team_of(officer) if team is None else team
        key, row = BASE + number, {"START_DATE": words.in_digits(began), "END_DATE": words.in_digits(ended)}
        self.tables["OFFENDER_MANAGER"].put(
            OFFENDER_MANAGER_ID=key,
            OFFENDER_ID=BASE + life,
            ALLOCATION_DATE=row["START_DATE"],
            END_DATE=row["END_DATE"],
            ALLOCATION_STAFF_ID=BASE + officer,
            STAFF_EMPLOYEE_ID=BASE + officer,
            TEAM_ID=BASE + team,
            PROBATION_AREA_ID=BASE + self._people.area_of(officer),
            ACTIVE_FLAG=int(ended is None),
            TRUST_PROVIDER_FLAG=0,
            SOFT_DELETED=0,
        )
        self.tables["RESPONSIBLE_OFFICER"].put(
            RESPONSIBLE_OFFICER_ID=key, OFFENDER_ID=BASE + life, OFFENDER_MANAGER_ID=key, ROW_VERSION=1, **row
        )

    def _registers(self, one: Registered) -> None:
        self._entries[one.entry] = one
        self._entry(one, is_over=False)

    def _entry(self, one: Registered, *, is_over: bool) -> None:
        kind, _, text, _ = words.REGISTERS[one.register]
        is_mappa = one.register is Register.MAPPA
        self.tables["REGISTRATION"].put(
            REGISTRATION_ID=BASE + one.entry,
            REGISTER_TYPE_ID=kind,
            OFFENDER_ID=BASE + one.life,
            REGISTRATION_DATE=words.in_letters(one.since),
            NEXT_REVIEW_DATE=words.in_letters(one.review_on),
            REGISTRATION_NOTES=one.note or f"Registered: {text}",
            REGISTER_LEVEL_ID=words.MAPPA_LEVELS[one.level] if is_mappa else "",
            REGISTER_CATEGORY_ID=words.MAPPA_CATEGORIES[one.category] if is_mappa else "",
            DEREGISTERED=int(is_over),
            **_common(one.since),
        )

    def _strikes_off(self, one: Deregistered) -> None:
        entry = self._entries.pop(one.entry)
        self._entry(entry, is_over=True)
        self.tables["DEREGISTRATION"].put(
            DEREGISTRATION_ID=BASE + one.entry,
            REGISTRATION_ID=BASE + one.entry,
            DEREGISTRATION_DATE=words.in_letters(wall(one.at).date()),
            DEREGISTERING_NOTES="Reviewed, no longer needed",
            OFFENDER_ID=BASE + one.life,
            **_common(one.at),
        )

    def _plans(self, one: ContactPlanned) -> None:
        self._contacts[one.contact] = one
        self._contact(one, ended=None)

    def _keeps(self, one: ContactEnded) -> None:
        self._contact(self._contacts.pop(one.contact), ended=one)

    def _contact(self, one: ContactPlanned, *, ended: ContactEnded | None) -> None:
        attended, complied, outcome = ("", "", "") if ended is None else words.OUTCOMES[ended.kept]
        self.tables["CONTACT"].put(
            CONTACT_ID=BASE + one.contact,
            CONTACT_DATE=words.in_digits(wall(one.starts).date()),
            CONTACT_START_TIME=words.clock(one.starts),
            CONTACT_END_TIME=words.clock(one.ends),
            OFFENDER_ID=BASE + one.life,
            EVENT_ID=BASE + one.case,
            STAFF_ID=BASE + one.officer,
            STAFF_EMPLOYEE_ID=BASE + one.officer,
            TEAM_ID=BASE + self._people.team_of(one.officer),
            PROBATION_AREA_ID=BASE + self._people.area_of(one.officer),
            CONTACT_TYPE_ID=words.CONTACT_TYPES[one.kind][0],
            CONTACT_OUTCOME_TYPE_ID=outcome,
            ATTENDED=attended,
            COMPLIED=complied,
            NOTES="" if ended is None else ended.note,
            SENSITIVE="Y" if ended is not None and ended.is_sensitive else "N",
            VISOR_CONTACT="N",
            VISOR_EXPORTED="N",
            TRUST_PROVIDER_FLAG=0,
            **_common(one.at),
        )

    def _enforces(self, one: Enforced) -> None:
        self.tables["ENFORCEMENT"].put(
            ENFORCEMENT_ID=BASE + one.sequence,
            CONTACT_ID=BASE + one.contact,
            ACTION_TAKEN_DATE=f"{wall(one.at):%Y-%m-%d}",
            ACTION_TAKEN_TIME=words.in_full(one.at),
            ENFORCEMENT_ACTION_ID=words.ACTIONS[one.action][0],
            **_common(one.at),
        )

    def _recalls(self, one: RecallOrdered) -> None:
        self.tables["RECALL"].put(
            RECALL_ID=BASE + one.recall,
            RECALL_DATE=words.in_letters(wall(one.at).date()),
            NOTES=one.why,
            RECALL_REASON_ID=3,
            RELEASE_ID=BASE + one.case,
            OFFENDER_ID=BASE + one.life,
            **_common(one.at),
        )

    def _limits_access(self, one: AccessLimited) -> None:
        self._limits[one.entry, one.is_exclusion] = one
        self._people.limit(one.life, is_exclusion=one.is_exclusion, is_on=True)
        self._limit(one, ended=None)

    def _opens_access(self, one: AccessOpened) -> None:
        self._people.limit(one.life, is_exclusion=one.is_exclusion, is_on=False)
        self._limit(self._limits.pop((one.entry, one.is_exclusion)), ended=one)

    def _limit(self, one: AccessLimited, *, ended: AccessOpened | None) -> None:
        name = "EXCLUSION" if one.is_exclusion else "RESTRICTION"
        row = {
            f"{name}_ID": BASE + one.entry,
            f"{name}_DATE": f"{wall(one.at):%Y-%m-%d} 00:00:00",
            f"{name}_END_DATE": "" if ended is None else f"{wall(ended.at):%Y-%m-%d} 00:00:00",
            f"{name}_START_STAFF_ID": words.USER,
            f"{name}_REASON_ID": 1664 if one.is_exclusion else 1047,
        }
        self.tables[name].put(
            OFFENDER_ID=BASE + one.life,
            USER_ID=user_of(one.named),
            ROW_VERSION=1,
            PARTITION_AREA_ID=0,
            CREATED_DATETIME=words.in_full(one.at),
            LAST_UPDATED_DATETIME=words.in_full(one.at),
            CREATED_BY_USER_ID=words.USER,
            LAST_UPDATED_USER_ID=words.USER,
            **row,
        )


def _courts(society: Society) -> list[Site]:
    return [court for area in society.areas for court in area.courts]


def _common(at: datetime | date) -> dict[str, object]:
    """What nearly every row of Delius has."""
    entered = words.in_digits(wall(at).date() if isinstance(at, datetime) else at)
    return {
        "SOFT_DELETED": 0,
        "PARTITION_AREA_ID": 0,
        "ROW_VERSION": 1,
        "CREATED_DATETIME": entered,
        "LAST_UPDATED_DATETIME": entered,
        "CREATED_BY_USER_ID": words.USER,
        "LAST_UPDATED_USER_ID": words.USER,
    }
