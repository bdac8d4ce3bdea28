"""The page of a person says, of what its reader was given at their request, that there is nothing of it."""

from datetime import timedelta
from uuid import UUID

from web_seat import Seat, get, seat_at

from watchroom.gate.request_records import Ask, AskReason, Request, Verdict
from watchroom.node.node import Node
from watchroom.store.database import Principal

GIVEN = "<dt>Given to you, and nothing is on record that you may see</dt><dd>Adjustments</dd>"
CARE = "custody.care"


def without_adjustments(seat: Seat) -> UUID:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select id from record.person as p where unit_code = 'LEI-A' and not exists"
            " (select 1 from record.reasonable_adjustment as r where r.person_id = p.id) order by id limit 1"
        ).fetchone()
    assert row is not None
    return row[0]


def test_what_was_given_and_is_empty_is_said_beside_the_other_parts(node: Node) -> None:
    seat = seat_at(node)
    officer, governor = seat.accounts.asker("officer.a"), seat.accounts.asker("governor")
    who = without_adjustments(seat)
    (wanted,) = [
        one.name
        for one in seat.requests.askable(officer, purpose=CARE)
        if one.asked.clause.entity == "reasonable_adjustment"
    ]
    with seat.client() as client:
        seat.sign_in(client, "officer.a")
        path = f"/people/{who}?purpose={CARE}"
        assert GIVEN not in get(client, path).text
        asked = seat.requests.ask(officer, Ask(name=wanted, person_id=who, purpose=CARE, reason=AskReason.CARE))
        assert isinstance(asked, Request)
        assert GIVEN not in get(client, path).text, "it waits"
        given = seat.requests.decide(governor, asked.id, Verdict(purpose=CARE, lasts=timedelta(hours=1)))
        assert isinstance(given, Request)
        try:
            assert GIVEN in get(client, path).text
            assert GIVEN not in get(client, f"/people/{who}?purpose=custody.safety").text, "for that purpose alone"
        finally:
            seat.requests.end(officer, asked.id, purpose=CARE)
        assert GIVEN not in get(client, path).text
