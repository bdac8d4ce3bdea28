"""The desks of two reviewers over a generated month."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gate_world import gate_of
from look_world import END, Month, reviewers
from watchroom.audit.entries import Entry, Receipt, prepare
from watchroom.audit.sequencer import Sequencer
from watchroom.gate.looks import LookKeeper
from watchroom.governance.looks.build import Desk
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal


class DirectLog:
    """The log of the month, written to by whoever reviews it: no thread and no checkpoint, the same sequencer."""

    def __init__(self, database: Database, *, clock: SteppedClock) -> None:
        self._sequencer = Sequencer(database.conninfo(Principal.AUDIT))
        self._clock = clock

    def append(self, entry: Entry) -> Receipt:
        now = self._clock.now()
        (receipt,) = self._sequencer.commit([prepare(entry, at=now, machine_at=now)]).receipts
        return receipt

    def close(self) -> None:
        self._sequencer.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The desks of two reviewers over one month, and what moves their clock."""

    database: Database
    month: Month
    log: DirectLog
    clock: SteppedClock
    keeper: LookKeeper
    first: Desk
    second: Desk


@contextmanager
def seats_over(database: Database, month: Month) -> Iterator[Seats]:
    """The month that was made in that database, and two who review it at its end."""
    clock = SteppedClock(END)
    log = DirectLog(database, clock=clock)
    keeper = LookKeeper(database=database, audit=log, machine=clock)
    gate = gate_of(database, at=END)
    desks = [Desk(gate=gate, keeper=keeper, asker=asker) for asker in reviewers(database)]
    try:
        yield Seats(
            database=database, month=month, log=log, clock=clock, keeper=keeper, first=desks[0], second=desks[1]
        )
    finally:
        log.close()
