"""Where nothing may tell of a person, no part of an agreement shows a field that does."""

from collections.abc import Callable

import pytest

from agreements import line_of, read, refused
from spread_agreement import SPREAD

# Of persons: a code or a place of a place is none, a note of whoever controls the road may be.
OF_PERSONS = [
    ("alert", "person_id"),
    ("alert", "kind_code"),
    ("incident_report", "type_code"),
    ("road_disruption", "control_note"),
]
OF_NONE = [("location", "path"), ("location", "kind_code"), ("road_disruption", "road_name")]
PLACES = SPREAD.partition("  - clause: 1\n")[0] + "".join(
    (
        "  - clause: 2\n    entity: location\n    allow: [read]\n    fields: [path]\n",
        SPREAD[SPREAD.index("exclude:\n") : SPREAD.index("  after: active_to")],
        SPREAD[SPREAD.index("  at_end: erase") : SPREAD.index("break_glass:")],
        SPREAD[SPREAD.index("signed_by:") :],
    )
)
CLAUSE = "    entity: location\n    allow: [read]\n    fields: [path]\n"
GLASS = """\
break_glass:
  roles: [nurse]
  adds:
    entity: {entity}
    fields: [{field}]
    where: valid_from is not null
  needs: [reason]
  lasts: PT4H
  review_within: PT72H
  tell: [provider-dpo]
signed_by:
"""
WHY = {
    "the agreement says `no_persons`": ("no_persons: false", "no_persons: true"),
    "the regime is `not-personal-data`": ("provider_regime: uk-gdpr", "provider_regime: not-personal-data"),
}


def of_a_clause(entity: str, field: str) -> str:
    return PLACES.replace(CLAUSE, f"    entity: {entity}\n    allow: [read]\n    fields: [{field}]\n")


def of_a_glass(entity: str, field: str) -> str:
    return PLACES.replace("signed_by:\n", GLASS.format(entity=entity, field=field))


@pytest.mark.parametrize("why", WHY)
@pytest.mark.parametrize("part", [of_a_clause, of_a_glass], ids=lambda part: part.__name__)
def test_where_nothing_may_tell_of_a_person_no_field_that_does_is_taken(
    part: Callable[[str, str], str], why: str
) -> None:
    for entity, field in OF_PERSONS:
        sound = part(entity, field)
        read(sound)
        text = sound.replace(*WHY[why])
        says = f"{why}, and field `{field}` may tell of one"
        assert refused(text, says=says, line=line_of(f"fields: [{field}]", text=text), take=read).problem == says
    for entity, field in OF_NONE:
        read(part(entity, field).replace(*WHY[why]))


def test_the_glass_of_an_agreement_says_of_what_regime_it_is_by_the_agreement_alone() -> None:
    crossing = CLAUSE.replace("[path]", "[path]\n    regime: not-personal-data\n    basis: none")
    read(of_a_glass("alert", "kind_code").replace(CLAUSE, crossing))


ASKED = SPREAD[SPREAD.index("on_request:") : SPREAD.index("exclude:\n")]


@pytest.mark.parametrize("why", [*WHY, "of its own"])
def test_nothing_of_a_person_can_be_asked_for_where_nothing_may_tell_of_one(why: str) -> None:
    sound = PLACES.replace("exclude:\n", f"{ASKED}exclude:\n")
    read(sound)
    own = ("    regime: dpa2018-part3\n", "    regime: not-personal-data\n")
    text = sound.replace(*WHY.get(why, own))
    says = f"{why if why in WHY else 'the regime is `not-personal-data`'}, and field `person_id` may tell of one"
    if why == "the regime is `not-personal-data`":
        text = text.replace("    regime: dpa2018-part3\n    basis: s.35\n", "")
    line = line_of("fields: [person_id, active_from, comment]", text=text)
    assert refused(text, says=says, line=line, take=read).problem == says
