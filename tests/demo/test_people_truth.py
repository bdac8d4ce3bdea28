"""The truth of people says of each record who it is, survives its file, and tells who is easily mistaken."""

from pathlib import Path

from watchroom.demo.truth.people import Alike, alike_in, known, known_in, write_alike, write_known
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.disguise import records_of
from watchroom.demo.world.errors_made import Agency
from watchroom.demo.world.lives import Lives, Relation

CHANCE = Chance(2)


def test_the_truth_is_read_as_it_was_written_with_names_of_any_letters(tmp_path: Path) -> None:
    lives = Lives(CHANCE)
    records = [
        known(one, source="nomis", key=one.identifiers.nomis)
        for number in range(3_000)
        for one in records_of(CHANCE, Agency.PRISON, lives.of(number))
    ]
    assert write_known(tmp_path / "people.csv", iter(records)) == len(records) > 3_000
    assert list(known_in(tmp_path / "people.csv")) == records
    assert any(not done.true.isascii() for record in records for done in record.done)


def test_two_records_of_one_person_are_one_life_in_the_truth(tmp_path: Path) -> None:
    lives = Lives(CHANCE)
    twice = next(
        written for number in range(1_000) if len(written := records_of(CHANCE, Agency.PRISON, lives.of(number))) == 2
    )
    told = [known(one, source="nomis", key=one.identifiers.nomis) for one in twice]
    assert told[0].key != told[1].key
    assert told[0].life == told[1].life
    assert [one.record for one in told] == [0, 1]


def test_who_is_easily_mistaken_is_told_with_the_other(tmp_path: Path) -> None:
    lives = Lives(CHANCE)
    pairs = list(alike_in(lives.of(number) for number in range(4_000)))
    assert {one.relation for one in pairs} == set(Relation)
    assert all(lives.of(one.life).relation is one.relation and one.other == one.life - 1 for one in pairs)
    write_alike(tmp_path / "alike.csv", [Alike(life=3, other=2, relation=Relation.TWIN)])
    assert (tmp_path / "alike.csv").read_text(encoding="utf-8") == "life,other,relation\n3,2,twin\n"


def test_the_same_world_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        lives = Lives(Chance(9))
        records = (one for number in range(400) for one in records_of(Chance(9), Agency.COUNCIL, lives.of(number)))
        write_known(tmp_path / name, (known(one, source="council", key=str(one.life)) for one in records))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
