"""The checks of quality as a node runs them: by command, and by itself once something was delivered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused, Seen
from watchroom.gate.flawed_rows import ROWS_AT_MOST, Flawed, Sought, flawed_rows
from watchroom.ingest.registry import find_source
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError, WatchroomError
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.node.settings import operator
from watchroom.quality.days import zone_of
from watchroom.quality.drift import Compared, compared
from watchroom.quality.naming import Fault, broken_links, faults_of
from watchroom.quality.own_codes import own_codes
from watchroom.quality.profiles import Profile, profiled_sources, profiles_of
from watchroom.quality.results import Status
from watchroom.quality.run import quality
from watchroom.quality.runs import last_run, last_seq, tell_total, trend
from watchroom.store.database import Connection, Database
from watchroom.store.roles import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityDesk:
    """What a node does with the checks of quality.

    Attributes:
        agency: its code.
        gate: the one door.
        database: its own.
        audit: its log.
        clock: the node's.
        zone: by whose calendar something is today.
        model: of the node.
    """

    agency: str
    gate: Gate
    database: Database
    audit: AuditTrail
    clock: Clock
    zone: ZoneInfo
    model: Catalogue

    def check(self, *, with_trend: bool = False, at: datetime | None = None) -> dict[str, object]:
        """What `checked_quality` tells, after an entry of the audit log.

        Args:
            with_trend: see `checked_quality`.
            at: node time of the run, timezone-aware; None: now.
        """
        self._enter()
        now = (at or self.clock.now()).astimezone(self.zone)
        return checked_quality(self.database, now=now, model=self.model, with_trend=with_trend)

    def flawed(self, check: str, entity: str | None, *, asker: Asker, purpose: str) -> Seen[Flawed] | Refused:
        """The rows that a check finds wrong and that somebody may know to be so, by id.

        Args:
            check: its name.
            entity: of the model; None: all to which the check applies.
            asker: who asks.
            purpose: dotted name.

        Raises:
            NotFoundError, UsageError: see `quality.naming.faults_of`.
        """
        with self.database.connection(Principal.LOADER) as connection:
            own = own_codes(connection)
        faults = faults_of(check, entity=entity, model=self.model, now=self._now(), own=own)
        sought = Sought(check=check, faults=faults, broken_links=self._broken_links)
        return flawed_rows(self.gate, asker, purpose=purpose, sought=sought)

    def _broken_links(self, entity: Entity, fault: Fault) -> Sequence[UUID]:
        with self.database.connection(Principal.LOADER) as connection:
            return broken_links(connection, entity, fault, model=self.model, at_most=ROWS_AT_MOST)

    def tell_total(self, source: str, entity: str, *, number: int) -> None:
        """Keep how many records of an entity a source says that it has after its last delivery, for `total_differs`.

        Raises:
            NotFoundError: there is no such source or entity.
            AuditUnavailableError: it could not be entered; nothing is kept.
        """
        if entity not in self.model.entities:
            raise NotFoundError(f"there is no entity `{entity}` in the model; `watchroom model docs` lists them")
        with self.database.connection(Principal.LOADER) as connection:
            find_source(connection, source)
            tell_total(connection, source=source, entity=entity, number=number, at=self.clock.now())
            # Before the commit: without its entry nothing is kept.
            who = operator()
            self.audit.append(
                Entry(act=Act.SETTINGS, actor=who, operator=who, organisation=self.agency, entity="source")
            )

    def check_if_due(self) -> bool:
        """Run the checks if something was delivered since they last ran, and keep the run; whether they ran."""
        with self.database.connection(Principal.LOADER) as connection:
            last, seq = last_run(connection), last_seq(connection)
        if seq == 0 or (last is not None and last[1] >= seq):
            return False
        self._enter()
        quality(self.database, now=self._now(), model=self.model, keeps=True)
        return True

    def check_after_delivery(self) -> str | None:
        """As `check_if_due`; what was taken stands whatever becomes of it. The kind of fault that it met, if any."""
        try:
            self.check_if_due()
        except (WatchroomError, psycopg.Error) as fault:
            # INVARIANT: what a driver says may hold a value of a row, so only the kind of the fault is told.
            return type(fault).__name__
        return None

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.zone)

    def _enter(self) -> None:
        who = operator()
        self.audit.append(Entry(act=Act.COUNT, actor=who, operator=who, organisation=self.agency, entity="quality"))


def checked_quality(
    database: Database, *, now: datetime, model: Catalogue, with_trend: bool = False
) -> dict[str, object]:
    """Run all checks and keep the run.

    Args:
        database: of the node.
        now: node time, in the zone of the node.
        model: of the node.
        with_trend: with what the last runs of the days before found, and with how each source's deliveries look.

    Returns:
        `checks`, those not met first, with `trend` by day where it was asked for (this run is the last of it);
        `summary`, how many have each status; `stops`, whether one of them is fatal or could not be run; with a trend
        `deliveries`. Of those with nothing to look at only the number is told.
    """
    results = quality(database, now=now, model=model, keeps=True)
    told = [result.as_json() for result in results if result.status is not Status.NOT_APPLICABLE]
    deliveries: dict[str, object] = {}
    if with_trend:
        with database.connection(Principal.LOADER) as connection:
            seen, deliveries["deliveries"] = trend(connection, zone=zone_of(now)), _deliveries(connection)
        for result, one in zip((r for r in results if r.status is not Status.NOT_APPLICABLE), told, strict=True):
            one["trend"] = [earlier.as_json() for earlier in seen.get(result.key, ())]
    counts = Counter(result.status for result in results)
    return {
        "checks": told,
        **deliveries,
        "summary": {status.value: counts[status] for status in Status},
        "stops": any(
            one.status is Status.ERROR or (one.status is Status.FAILED and one.check.is_fatal) for one in results
        ),
    }


def _deliveries(connection: Connection) -> list[dict[str, object]]:
    """Of each source what differs in one of its deliveries that are kept, with how it went from one to the next."""
    return [
        line for source in profiled_sources(connection) for line in _shifted(source, profiles_of(connection, source))
    ]


def _shifted(source: str, profiles: Sequence[Profile]) -> list[dict[str, object]]:
    found: dict[tuple[str, str, str | None], dict[int, Compared]] = {}
    for place in range(1, len(profiles)):
        for one in compared(profiles[: place + 1]):
            found.setdefault((one.check.name, one.entity, one.field), {})[profiles[place].seq] = one
    return [
        {
            "source": source,
            "check": check,
            "entity": entity,
            "field": field,
            "flagged": profiles[-1].seq in by_seq and by_seq[profiles[-1].seq].is_shifted,
            "trend": [_step(profile, by_seq) for profile in profiles[1:]],
        }
        for (check, entity, field), by_seq in found.items()
        if any(one.is_shifted for one in by_seq.values())
    ]


def _step(profile: Profile, found: Mapping[int, Compared]) -> dict[str, object]:
    one = found.get(profile.seq)
    if one is None:
        return {"seq": profile.seq, "bad": None, "of": None, "shifted": False}
    return {"seq": profile.seq, "bad": one.bad, "of": one.of, "shifted": one.is_shifted}
