"""An agency's own mapping for tests: key cards of its own beside the extract of NOMIS."""

from pathlib import Path

from watchroom.ingest.mapping import Mapping, Mappings

DECLARED = """\
kind = "leeds"
version = "1"
extends = "nomis"

[tables.X_KEY_CARDS]
role = "mapped"
key = ["CARD_ID"]
required = ["CARD_ID", "OFFENDER_ID", "CARD_NUMBER"]
optional = ["GIVEN"]
"""
CARDS = """\
-- One row per card.
select
    c.source_table,
    c.source_row,
    c.CARD_ID as source_key,
    person_place.site_code,
    person_place.unit_code,
    offender.person_key,
    c.CARD_NUMBER as number,
    c.GIVEN as given_on
from X_KEY_CARDS as c
left join offender on c.OFFENDER_ID = offender.offender_key
left join person_place on offender.person_key = person_place.person_key
"""
# The same without ours beneath: a source of its own, whose people are those of no other.
ALONE = DECLARED.replace('extends = "nomis"', 'time_zone = "Europe/London"')
CARDS_ALONE = """\
select
    c.source_table,
    c.source_row,
    c.CARD_ID as source_key,
    c.OFFENDER_ID as person_key,
    c.CARD_NUMBER as number,
    c.GIVEN as given_on
from X_KEY_CARDS as c
"""
DELIVERED = """\
CARD_ID,OFFENDER_ID,CARD_NUMBER,GIVEN
1,-1001,12,2026-07-01
2,,13,
3,-1002,14,yesterday
"""
EXAMPLE = """\
given:
  X_KEY_CARDS: |
    CARD_ID,OFFENDER_ID,CARD_NUMBER,GIVEN
    1,-1001,12,2026-07-01
    2,,13,
expected:
  hmpps_x_key_card:
    - {source_key: "1", person_key: "-1001", number: "12", given_on: 2026-07-01}
issues:
  X_KEY_CARDS: [value_missing]
"""
WITH_PERSON = EXAMPLE.replace(
    "expected:\n",
    """\
  OFFENDERS: |
    OFFENDER_ID,LAST_NAME,FIRST_NAME,OFFENDER_ID_DISPLAY,ROOT_OFFENDER_ID,BIRTH_DATE
    -1001,A,B,A1,-1001,1990-01-01
expected:
  person:
    - {source_key: "-1001", prison_number: A1}
""",
)
FILES = {"mapping.toml": DECLARED, "hmpps_x_key_card.sql": CARDS, "tests/cards.yaml": WITH_PERSON}


def keep_mapping(mappings: Path, files: dict[str, str | None] = FILES, *, name: str = "leeds") -> Path:  # type: ignore[assignment]
    """Write files of a mapping, or take them away (None); its folder."""
    folder = mappings / name
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    return folder


def mapping_with(mappings: Path, **texts: str) -> Mapping:
    """The mapping of key cards alone with other texts: `hmpps_x_key_card`, `prelude`, `mapping` for its TOML."""
    files = {("mapping.toml" if name == "mapping" else f"{name}.sql"): text for name, text in texts.items()}
    keep_mapping(mappings, {"mapping.toml": ALONE, "hmpps_x_key_card.sql": CARDS_ALONE, **files})
    return Mappings(mappings).load("leeds")
