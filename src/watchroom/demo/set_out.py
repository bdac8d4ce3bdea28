"""What stands ready at each start of the example node: a request that waits for a decision, and a rota of three days.

A request waits for four hours, so one that is a day old would show nobody how it is decided. Everything is fictional
and says so.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Seen, View
from watchroom.gate.request_records import Ask, AskReason, RequestState
from watchroom.gate.rota import Shift, StaffFacts
from watchroom.kernel.named_sql import load_queries
from watchroom.node.node import Node

_QUERIES = load_queries("watchroom.demo", "set_out.sql")
_PURPOSE = "custody.care"
_NAME = "care-need"
_WORDS = "Fictional example: an escort to hospital at noon."
# The holders of shifts, and where they are on duty.
_ON_DUTY = (
    ("officer.a", "LEI", "LEI-A"),
    ("officer.h", "LEI", "LEI-H"),
    ("nurse", "LEI", None),
    ("governor", "LEI", None),
)
_DAYS = 3
_BEGINS, _LASTS = timedelta(hours=-1), timedelta(hours=13)


class _Somebody(NamedTuple):
    person_id: UUID


def set_out(node: Node, *, asker: str, morning: datetime, by: str) -> None:
    """Let a request of `asker` wait unless one does, and enter the shifts of the days up to `morning`.

    Args:
        node: the example node, open.
        asker: account of a wing officer.
        morning: at which the example begins; shifts begin an hour before.
        by: user of the operating system who starts it.
    """
    who = node.accounts.asker(asker)
    if not any(one.state(node.requests.now()) is RequestState.WAITING for one in node.requests.standing(who)):
        _ask(node, who)
    begins = [morning + _BEGINS - timedelta(days=back) for back in reversed(range(_DAYS))]
    shifts = [
        Shift(account=account, from_at=begin, to_at=begin + _LASTS, site=site, unit=unit)
        for begin in begins
        for account, site, unit in _ON_DUTY
    ]
    facts = StaffFacts(
        database=node.database, audit=node.audit, organisation=node.settings.agency, machine=node.machine_clock
    )
    facts.enter_shifts(shifts, operator=by)


def _ask(node: Node, who: Asker) -> None:
    """Ask for what is withheld of somebody with a need of care; nothing where the wing holds nobody who has one."""
    found = node.gate.read(who, asked=Asked(purpose=_PURPOSE, act=Act.LIST, what="care_need"), look=_somebody)
    if not isinstance(found, Seen) or found.value is None:
        return
    meant = [one.name for one in node.requests.askable(who, purpose=_PURPOSE) if one.asked.name == _NAME]
    for name in meant[:1]:
        ask = Ask(name=name, person_id=found.value, purpose=_PURPOSE, reason=AskReason.CARE, words=_WORDS)
        node.requests.ask(who, ask)


def _somebody(view: View) -> UUID | None:
    rows = view.rows(_QUERIES["somebody_with_a_need"], _Somebody)
    return rows[0].person_id if rows else None
