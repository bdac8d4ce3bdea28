"""What is found of a batch before it is sealed: fatal checks over what it wrote, and whether it looks as those before.

What stood before does not stop a batch: somebody else's old fault would hold every delivery up. So a check fails here
where a row that the batch wrote is bad and, of all rows of its source, more are bad than the threshold lets.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity
from watchroom.quality.catalogue import Check
from watchroom.quality.counting import probes_of, source_of
from watchroom.quality.drift import Compared, compared
from watchroom.quality.limits import limits
from watchroom.quality.probes import Around, Probe
from watchroom.quality.profiles import measure_delivery, profiles_of
from watchroom.store.composing import commas
from watchroom.store.database import Connection
from watchroom.store.staging import staging_of, staging_table


class Batch(Protocol):
    """The batch that is looked at, as whoever writes it tells."""

    @property
    def seq(self) -> int:
        """That its rows are stamped with."""
        ...

    @property
    def source(self) -> str:
        """Name of its source."""
        ...

    @property
    def now(self) -> datetime:
        """Node time, timezone-aware."""
        ...

    @property
    def is_whole(self) -> bool:
        """It gives everything that its source has, and not what came since."""
        ...


_OF_BATCH = sql.SQL("select {} {} where t.seq_from = {} and t.source_system = {}")
_OF_SOURCE = sql.SQL(
    "select count(*) filter (where {of} and {bad}), count(*) filter (where {of}) {source}"
    " where t.source_system = {system}"
)
_PLACE = sql.SQL(
    "select s.file, s.row {source} inner join {stage} as s on t.source_key = s.source_key"
    " where t.seq_from = {seq} and t.source_system = {system} and {of} and {bad}"
    " order by s.file asc nulls last, s.row asc nulls last limit 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A fatal check that a batch fails.

    Attributes:
        check: which.
        entity: of the rows.
        field: that is bad.
        bad: rows of the source that are.
        of: rows of the source that were looked at.
        file: of the first bad row that the batch wrote, where it is known.
        row: of that file.
    """

    check: Check
    entity: str
    field: str | None
    bad: int
    of: int
    file: str | None
    row: int | None

    @property
    def code(self) -> str:
        """Name of the check."""
        return self.check.name

    @property
    def severity(self) -> str:
        """It stops the batch."""
        return self.check.severity

    @property
    def message(self) -> str:
        """What is wrong and what to do, without any value."""
        return (
            f"{self.check.bad}: {self.bad} of {self.of} of the source; nothing of the delivery was taken:"
            f" {self.check.advice}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """An entity or field that looks otherwise in this delivery than in those before.

    Attributes:
        compared: what differs.
        file, row: None: it is about the whole delivery.
    """

    compared: Compared
    code: str = "distribution_shifted"
    severity: str = "characterisation"
    file: str | None = None
    row: int | None = None

    @property
    def entity(self) -> str:
        """Whose records."""
        return self.compared.entity

    @property
    def field(self) -> str | None:
        """That differs; None: how many records there are."""
        return self.compared.field

    @property
    def message(self) -> str:
        """What differs and what to do; codes of ours may be named, values may not."""
        one = self.compared
        what = f"{one.entity}.{one.field}" if one.field else one.entity
        codes = "".join(
            f"; `{code}` {before:.0%} before, {now:.0%} now" for code, before, now in one.moved if before != now
        )
        return f"`{what}`: {one.check.bad}: {one.bad} of {one.of}{codes}; {one.check.advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """The fatal checks of a node's model, and the comparison with earlier deliveries; called before each seal.

    Attributes:
        model: of the node.
        zone: of the node, by whose calendar something is today.
    """

    model: Catalogue
    zone: ZoneInfo

    def __call__(
        self, connection: Connection, records: Mapping[str, tuple[int, int]], batch: Batch
    ) -> Iterator[Stop | Shift]:
        """What stops the batch; where nothing does, what differs from the deliveries before.

        Args:
            connection: the batch's own, with its staging tables.
            records: by entity how many records it gives, and how many of them are news.
            batch: which.
        """
        stops = [
            stop
            for name, (_, news) in records.items()
            if news
            for stop in self._stops(connection, self.model.entity(name), batch)
        ]
        yield from stops or self._shifts(connection, records, batch)

    def _shifts(self, connection: Connection, records: Mapping[str, tuple[int, int]], batch: Batch) -> Iterator[Shift]:
        # Of a part so small nothing could be compared: one pushed event would cost as much as an extract.
        if not batch.is_whole and all(rows < limits().rows_to_compare for rows, _ in records.values()):
            return
        given = [(self.model.entity(name), rows) for name, (rows, news) in records.items() if rows and news]
        unmoved = [name for name, (rows, news) in records.items() if rows and not news]
        measure_delivery(connection, given, unmoved=unmoved, source=batch.source, seq=batch.seq)
        if given or any(news for _, news in records.values()):
            yield from (
                Shift(compared=one) for one in compared(profiles_of(connection, batch.source)) if one.is_shifted
            )

    def _stops(self, connection: Connection, entity: Entity, batch: Batch) -> Iterator[Stop]:
        around = Around.of(self.model, batch.now.astimezone(self.zone))
        fatal = [probe for probe in probes_of(entity, around) if probe.check.is_fatal]
        for probe in self._bad(connection, entity, fatal, batch=batch):
            stop = self._stop(connection, entity, probe, batch=batch)
            if stop is not None:
                yield stop

    def _bad(self, connection: Connection, entity: Entity, fatal: list[Probe], *, batch: Batch) -> list[Probe]:
        """Those of which the batch wrote a bad row: one statement, by the index of the sequence."""
        if not fatal:
            return []
        counts = [sql.SQL("count(*) filter (where {} and {})").format(probe.of, probe.bad) for probe in fatal]
        row = connection.execute(
            _OF_BATCH.format(
                commas(counts),
                source_of(entity, fatal, model=self.model),
                sql.Literal(batch.seq),
                sql.Literal(batch.source),
            )
        ).fetchone()
        return [probe for probe, bad in zip(fatal, row or (), strict=False) if bad]

    def _stop(self, connection: Connection, entity: Entity, probe: Probe, *, batch: Batch) -> Stop | None:
        parts = {
            "of": probe.of,
            "bad": probe.bad,
            "source": source_of(entity, [probe], model=self.model),
            "system": sql.Literal(batch.source),
        }
        bad, of = connection.execute(_OF_SOURCE.format(**parts)).fetchone() or (0, 0)
        if bad <= of * probe.check.threshold:
            return None
        stage = staging_table(staging_of(entity))
        file, row = connection.execute(_PLACE.format(**parts, stage=stage, seq=sql.Literal(batch.seq))).fetchone() or (
            None,
            None,
        )
        return Stop(check=probe.check, entity=entity.name, field=probe.field, bad=bad, of=of, file=file, row=row)
