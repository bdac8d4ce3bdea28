"""What an agency's own mapping may be: of our form, over its own tables, and nothing that reaches out of them."""

from pathlib import Path

import pytest

from extensions import model_with
from own_mappings import ALONE, CARDS_ALONE, DECLARED, DELIVERED, EXAMPLE, FILES, keep_mapping, mapping_with
from watchroom.ingest.mapping import MappingError, Mappings, load_mapping, mapping_names
from watchroom.ingest.mapping_check import flaws_of, require_sound
from watchroom.ingest.mapping_trial import flaws_when_run, try_examples
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import catalogue

MODEL = model_with()


@pytest.mark.parametrize("name", mapping_names())
def test_what_an_own_mapping_may_is_enough_for_every_one_of_ours(name: str):
    assert flaws_of(load_mapping(name), catalogue()) == ()


def test_a_mapping_that_adds_an_entity_of_the_agency_to_ours_may_run(tmp_path: Path):
    keep_mapping(tmp_path)
    made = Mappings(tmp_path).load("leeds")
    assert flaws_when_run(made, MODEL) == ()
    assert made.entities.keys() - load_mapping("nomis").entities.keys() == {"hmpps_x_key_card"}
    assert [flaw.file for flaw in flaws_of(made, catalogue())] == ["hmpps_x_key_card.sql"], "not in the model"


CARD = "c.CARD_NUMBER as number"


@pytest.mark.parametrize(
    "reaching",
    [
        "(select content from read_text('/etc/passwd')) as number",
        "'/etc/passwd'.read_text() as number",
        "(select max(column0) from read_csv('/etc/passwd')) as number",
        "(select max(column0) from '/etc/passwd') as number",
        "(select max(path) from glob('/*')) as number",
        "getenv('HOME') as number",
        "current_setting('temp_directory') as number",
        "(select max(value) from duckdb_settings()) as number",
        "(select max(table_name) from information_schema.tables) as number",
        "(select max(a) from query('select 1 as a')) as number",
        "(select max(a) from query_table('raw_OFFENDERS')) as number",
        "(select max(source_row) from raw_OFFENDERS) as number",
        "(select max(source_row) from lost) as number",
        "cast(now() as varchar) as number",
        "cast(current_timestamp as varchar) as number",
        "cast(random() as varchar) as number",
        "cast(nextval('s') as varchar) as number",
        "getvariable('password') as number",
        "getvariable(c.CARD_NUMBER) as number",
        "$1 as number",
        "(select max(CARD_NUMBER) from X_OTHER_CARDS) as number",
        "c.SECRET as number",
        "c.CARD_NUMBER as number, c.GIVEN as door",
    ],
)
def test_a_mapping_that_reaches_for_more_than_its_tables_may_not_run(tmp_path: Path, reaching: str):
    made = mapping_with(tmp_path, hmpps_x_key_card=CARDS_ALONE.replace(CARD, reaching))
    assert [flaw.file for flaw in flaws_of(made, MODEL)][:1] == ["hmpps_x_key_card.sql"]
    with pytest.raises(MappingError, match="may not run"):
        require_sound(made, MODEL)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("hmpps_x_key_card", f"{CARDS_ALONE};\n{CARDS_ALONE}"),
        ("hmpps_x_key_card", "copy X_KEY_CARDS to '/tmp/x'"),
        ("hmpps_x_key_card", "insert into X_KEY_CARDS values (1)"),
        ("hmpps_x_key_card", "this is no SQL ("),
        ("hmpps_x_key_card", CARDS_ALONE.replace("    c.source_row,\n", "")),
        ("prelude", "attach '/tmp/x' as x"),
        ("prelude", "set threads = 8"),
        ("prelude", "install httpfs"),
        ("prelude", "load httpfs"),
        ("prelude", "pragma database_list"),
        ("prelude", "call pragma_version()"),
        ("prelude", "drop table lost"),
        ("prelude", "create table lost as select 1 as a"),
        ("prelude", "create table raw_OFFENDERS as select 1 as a"),
        ("prelude", "create or replace table OFFENDERS as select 1 as a"),
        ("macros", "create table x as select 1 as a"),
        ("macros", "create macro reading(a) as read_text(a)"),
        ("findings", "select 1 as a"),
        ("findings", "select source_table, source_row, 'GIVEN' as field, 'no_such_code' as code from X_KEY_CARDS"),
    ],
)
def test_a_file_holds_what_belongs_there_and_nothing_else(tmp_path: Path, file: str, text: str):
    assert {flaw.file for flaw in flaws_of(mapping_with(tmp_path, **{file: text}), MODEL)} == {f"{file}.sql"}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('key = ["CARD_ID"]\n', ""),
        ('"CARD_NUMBER"]', '"card_number"]'),
        ('role = "mapped"', 'role = "mapped"\nlink = "DOOR"'),
        ("[tables", "registers = { no_such_list = 'X_KEY_CARDS.CARD_ID' }\n\n[tables"),
        ("[tables", "registers = { agency = 'X_KEY_CARDS.DOOR' }\n\n[tables"),
    ],
)
def test_what_is_declared_and_cannot_be_meant_is_told(tmp_path: Path, was: str, becomes: str):
    flaws = flaws_of(mapping_with(tmp_path, mapping=ALONE.replace(was, becomes)), MODEL)
    assert "mapping.toml" in {flaw.file for flaw in flaws}


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('version = "1"\n', "", "which it is"),
        ('kind = "leeds"', 'kind = "york"', 'kind = "leeds"'),
        ('extends = "nomis"', 'extends = "abacus"', "which is not there"),
        ('extends = "nomis"', 'extends = "nomis"\nmood = "fine"', "means nothing"),
        ('key = ["CARD_ID"]', 'keys = ["CARD_ID"]', "form of ours"),
        ('role = "mapped"', 'role = "some"', "form of ours"),
        ('key = ["CARD_ID"]', "key = [", "no TOML"),
        ('version = "1"', 'version = "1"\ntime_zone = "Mars"', "time_zone"),
    ],
)
def test_a_mapping_that_cannot_be_read_says_why(tmp_path: Path, was: str, becomes: str, said: str):
    with pytest.raises(MappingError, match=said):
        mapping_with(tmp_path, mapping=DECLARED.replace(was, becomes))


def test_a_mapping_without_what_every_row_needs_is_told_so_and_not_blessed(tmp_path: Path):
    without = CARDS_ALONE.replace("    c.OFFENDER_ID as person_key,\n", "")
    (flaw,) = flaws_of(mapping_with(tmp_path, hmpps_x_key_card=without), MODEL)
    assert flaw.file == "hmpps_x_key_card.sql"
    assert flaw.message == (
        "`person_key` is needed of every row, and is not selected; without it each of them is held back"
    )


def test_an_own_mapping_never_stands_in_for_one_of_ours(tmp_path: Path):
    keep_mapping(tmp_path, {**FILES, "mapping.toml": DECLARED.replace('"leeds"', '"nomis"')}, name="nomis")
    with pytest.raises(MappingError, match="another name"):
        Mappings(tmp_path).load("nomis")
    with pytest.raises(NotFoundError, match=", ".join(mapping_names())):
        Mappings(tmp_path).load("../leeds")


def test_the_digest_tells_any_change_of_files_codes_or_what_is_beneath(tmp_path: Path):
    digests = [mapping_with(tmp_path).version.digest]
    digests.append(mapping_with(tmp_path, hmpps_x_key_card=CARDS_ALONE + "\n").version.digest)
    for code in ("CELL", "WING"):
        keep_mapping(tmp_path, {"crosswalk.csv": f"list,source_value,code\nlocation_kind,DOOR,{code}\n"})
        digests.append(mapping_with(tmp_path).version.digest)
    extended = (DECLARED.replace("nomis", beneath) for beneath in ("nomis", "delius"))
    digests += [mapping_with(tmp_path, mapping=text).version.digest for text in extended]
    assert len(set(digests)) == len(digests)
    keep_mapping(tmp_path, {"crosswalk.csv": None})
    assert mapping_with(tmp_path).version.digest == digests[0]


def test_an_example_that_holds_and_one_that_does_not_are_told_by_place_and_never_by_value(tmp_path: Path):
    made = mapping_with(tmp_path)
    folder = keep_mapping(tmp_path, {"tests/cards.yaml": EXAMPLE})
    spoiled = EXAMPLE.replace('number: "12"', 'number: "13"').replace("[value_missing]", "[bad_date]")
    keep_mapping(tmp_path, {"tests/spoiled.yaml": spoiled.replace('"1", person', '"9", person', 1)})
    keep_mapping(tmp_path, {"tests/other.yaml": spoiled})
    keep_mapping(tmp_path, {"tests/whole/expected.yaml": EXAMPLE[EXAMPLE.index("expected:") :]})
    keep_mapping(tmp_path, {"tests/whole/given/X_KEY_CARDS.csv": "\n".join(DELIVERED.splitlines()[:3]) + "\n"})
    tried = {one.name: one.faults for one in try_examples(made, MODEL, folder)}
    assert tried["cards"] == ()
    assert tried["whole"] == ()
    assert tried["other"] == (
        "hmpps_x_key_card: row 1: `number` is another",
        "X_KEY_CARDS: issue `bad_date` is expected and did not come",
        "X_KEY_CARDS: issue `value_missing` came and is not expected",
    )
    assert tried["spoiled"][:2] == (
        "hmpps_x_key_card: row 1 of those that are expected was not made",
        "hmpps_x_key_card: 1 rows were made that are not expected",
    )
