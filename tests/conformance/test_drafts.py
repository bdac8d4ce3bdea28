"""Drafts: whoever writes over another is told, nothing is lost, and none ever gives anything."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from agreement_world import Party, text
from watchroom.gate.askers import Asker
from watchroom.gate.drafts import MOST_BYTES, DraftChangedError, Drafts, DraftsListed
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database

ID = UUID("01900000-0000-7000-8000-000000000001")
ONE = Asker(name="i.gov", roles=("information_governance",), organisation="HMPPS")
OTHER = Asker(name="j.gov", roles=("information_governance",), organisation="HMPPS")


@pytest.fixture
def party(database: Database) -> Party:
    return Party(database)


@pytest.fixture
def drafts(party: Party) -> Drafts:
    return Drafts(database=party.database, machine=party.clock, model=catalogue())


def test_a_draft_is_there_again_with_its_text_and_who_kept_it_last(drafts: Drafts) -> None:
    begun = drafts.begin(ID, text(), by=ONE)
    drafts.write(begun, text(version=2), by=OTHER)
    held = drafts.draft(ID)
    assert (held.name, held.revision, held.written_by) == ("DSA-012", 2, "j.gov")
    assert held.document == text(version=2)
    assert drafts.open(most=9) == DraftsListed(drafts=(held,), of=1)


def test_the_list_ends_and_says_how_many_there_are_and_every_draft_is_on_one_page_of_it(
    party: Party, drafts: Drafts
) -> None:
    ids = [UUID(int=number) for number in range(1, 6)]
    for one in ids:
        drafts.begin(one, text(), by=ONE)
        # Two of them at the same instant.
        party.clock.move(timedelta(minutes=one.int % 2))
    drafts.drop(drafts.begin(UUID(int=9), text(), by=ONE))
    found: list[UUID] = []
    page = drafts.open(most=2)
    while True:
        assert (len(page.drafts) <= 2, page.of) == (True, 5)
        found += [one.id for one in page.drafts]
        if page.more is None:
            break
        page = drafts.open(most=2, after=page.more)
    assert found == ids[::-1], "the one that was kept last comes first"


def test_the_second_of_two_people_is_told_and_overwrites_nothing(drafts: Drafts) -> None:
    read = drafts.begin(ID, "a: 1", by=ONE)
    drafts.write(read, "a: 2", by=OTHER)
    with pytest.raises(DraftChangedError):
        drafts.write(read, "a: 3", by=ONE)
    assert drafts.draft(ID).document == "a: 2"


def test_of_many_who_write_at_once_one_is_kept(drafts: Drafts) -> None:
    read = drafts.begin(ID, "a: 0", by=ONE)

    def write(number: int) -> bool:
        try:
            drafts.write(read, f"a: {number}", by=ONE)
        except DraftChangedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(1, 9))) == 1
    assert drafts.draft(ID).revision == 2


def test_begun_twice_under_one_id_it_is_the_first(drafts: Drafts) -> None:
    drafts.begin(ID, "a: 1", by=ONE)
    assert drafts.begin(ID, "a: 2", by=ONE).document == "a: 1"


def test_a_draft_that_cannot_be_read_is_kept_as_it_is(drafts: Drafts) -> None:
    assert drafts.begin(ID, "agreement: DSA-1\n  nonsense: [", by=ONE).name == "DSA-1"
    assert drafts.draft(ID).document == "agreement: DSA-1\n  nonsense: ["


def test_what_was_entered_or_thrown_away_is_written_no_more(drafts: Drafts, party: Party) -> None:
    read = drafts.begin(ID, text(), by=ONE)
    digest = party.entered(text()).agreement.digest
    drafts.entered(read, digest)
    for act in (lambda: drafts.write(read, "a: 1", by=ONE), lambda: drafts.drop(read)):
        with pytest.raises(DraftChangedError):
            act()
    assert (drafts.draft(ID).entered_as, drafts.open(most=9).drafts) == (digest, ())


def test_a_draft_gives_nothing(drafts: Drafts, party: Party) -> None:
    before = party.agreements.in_force()
    drafts.begin(ID, text(), by=ONE)
    assert (party.agreements.kept(), party.agreements.in_force()) == ((), before)


def test_a_text_that_is_too_long_or_no_text_is_refused(drafts: Drafts) -> None:
    for document in ("x" * (MOST_BYTES + 1), "a: \x00"):
        with pytest.raises(UsageError):
            drafts.begin(ID, document, by=ONE)
    with pytest.raises(NotFoundError):
        drafts.draft(ID)
