"""From a value at the person page back to file, row and column; what is hidden is absent, what is masked masks."""

import re
from uuid import uuid4

from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.store.database import Principal

CARE = "custody.care"


def person_with_alert(seat: Seat, unit: str) -> str:
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select person.id from record.person inner join record.alert on alert.person_id = person.id"
            " where person.unit_code = %s and alert.is_active and alert.active_to is null order by 1 limit 1",
            (unit,),
        ).fetchone()
    assert row is not None
    return str(row[0])


def links(page: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="(/lineage/[^"]+)"', page)]


def test_each_value_of_the_person_page_leads_to_file_row_and_column_and_each_look_is_an_entry(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "officer.a")
    person = get(client, f"/people/{person_with_alert(seat, 'LEI-A')}?purpose={CARE}").text
    (way, *_) = [one for one in links(person) if one.startswith("/lineage/alert/")]
    before = seat.last_index()
    record = get(client, way)
    assert record.status_code == 200
    (entry,) = seat.entries(before)
    assert (entry.act, entry.header["entity"]) == ("consult", "alert")
    for told in ("OFFENDER_ALERTS.csv, row ", "nomis", "given by OFFENDER_ALERTS.ALERT_CODE"):
        assert told in record.text, told
    (one,) = [found for found in links(record.text) if "/kind_code?" in found]
    value = get(client, one).text
    assert "by the codes of alert_kind" in value
    assert re.search(r'<th scope="row">ALERT_CODE</th><td>[^<]+</td>', value), "the column as the source gave it"


def test_every_way_of_the_person_page_is_open_to_whoever_is_shown_the_value(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "officer.a")
    person = get(client, f"/people/{person_with_alert(seat, 'LEI-A')}?purpose={CARE}").text
    assert {get(client, one).status_code for one in links(person)} == {200}


def test_a_hidden_record_and_none_are_told_alike(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "officer.a")
    with seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select id from record.alert where person_id not in"
            " (select id from record.person where unit_code = 'LEI-A') order by id limit 1"
        ).fetchone()
    assert row is not None
    elsewhere, none = (get(client, f"/lineage/alert/{one}?purpose={CARE}") for one in (row[0], uuid4()))
    assert (elsewhere.status_code, none.status_code) == (404, 404)
    assert elsewhere.text == none.text
    for odd in ("/lineage/nothing/", "/lineage/alert/"):
        reply = get(client, f"{odd}{row[0]}{'/nothing' if 'alert' in odd else ''}?purpose={CARE}")
        assert reply.status_code == 403, odd


def test_a_field_that_is_withheld_withholds_its_columns(seat: Seat, client: TestClient[Litestar]) -> None:
    """The officer is not shown which row of the source it is: the key, and so both columns that give it."""
    seat.sign_in(client, "officer.a")
    person = get(client, f"/people/{person_with_alert(seat, 'LEI-A')}?purpose={CARE}").text
    (way, *_) = [one for one in links(person) if one.startswith("/lineage/alert/")]
    page = get(client, way).text
    fields = dict(re.findall(r'<th scope="row"><a [^>]+>([a-z_]+)</a></th><td>(.*?)</td>', page))
    raw = dict(re.findall(r'<th scope="row">([A-Z_]+)</th><td>(.*?)</td>', page))
    assert fields["source_key"].endswith("(withheld)")
    assert "is-withheld" not in fields["kind_code"]
    for column in ("OFFENDER_BOOK_ID", "ALERT_SEQ", "ROOT_OFFENDER_ID"):
        assert raw[column].endswith("</span> withheld"), column
    assert "is-withheld" not in raw["ALERT_CODE"]
    assert "" not in raw.values(), "a cell without a value says that it is empty"
    (one,) = [found for found in links(page) if "/source_key?" in found]
    assert "is-withheld" in get(client, one).text
