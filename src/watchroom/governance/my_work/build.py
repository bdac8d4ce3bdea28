"""Builds the page about one's own work: everybody may ask for theirs, and for nobody else's."""

from datetime import timedelta
from typing import Final

from watchroom.audit.entries import Act, Entry
from watchroom.audit.own_work import OwnWork
from watchroom.gate.askers import Asker
from watchroom.gate.looks import LookKeeper

DAYS: Final = 14


def build_my_work(keeper: LookKeeper, asker: Asker) -> OwnWork:
    """The own work of the asker in the last days of machine time; one entry, which is there before.

    Raises:
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    entry = Entry(
        act=Act.LIST,
        actor=asker.name,
        organisation=asker.organisation,
        role=asker.role,
        entity="my_work",
        operator=asker.operator,
    )
    return keeper.own_work(since=keeper.now() - timedelta(days=DAYS), entry=entry)
