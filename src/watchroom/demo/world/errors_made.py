"""Which errors agencies make of people, and how often each makes them: the figures are in `rates.toml`."""

from enum import StrEnum

from watchroom.demo.world.rates import RATES, SHARES, share


class Agency(StrEnum):
    """Who keeps a record of people."""

    PRISON = "prison"
    POLICE = "police"
    PROBATION = "probation"
    COURT = "court"
    AMBULANCE = "ambulance"
    HEALTH = "health"
    COUNCIL = "council"


class Disguise(StrEnum):
    """In what way a record differs from who somebody is."""

    NAMES_SWAPPED = "names swapped"
    """The family name stands where the given name belongs, and the other way round."""
    OTHER_PART_AS_FAMILY = "other part as family"
    """The father's name is taken for a family name in place of the grandfather's."""
    ONE_OF_TWO_FAMILIES = "one of two families"
    MARKS_LOST = "marks lost"
    SPELLED_OTHERWISE = "spelled otherwise"
    TYPED_WRONG = "typed wrong"
    CALLED_NAME = "called name"
    """What they are called stands for their given name."""
    MIDDLE_LEFT_OUT = "middle left out"
    OTHER_FAMILY_NAME = "other family name"
    """A maiden or former name."""
    FALSE_NAME = "false name"
    """With the birth date that was told with it."""
    DAY_AND_MONTH_SWAPPED = "day and month swapped"
    YEAR_OFF_BY_ONE = "year off by one"
    FIRST_OF_JANUARY = "first of January"
    """The day was not known."""
    EARLIER_ADDRESS = "earlier address"
    ADDRESS_MISSING = "address missing"
    NUMBER_MISSING = "number missing"
    """Of those that the agency holds of most people."""
    NUMBER_TYPED_WRONG = "number typed wrong"
    SECOND_RECORD = "second record"
    """The person was taken for new and got another number."""


_OF_NAMES = {
    Disguise.NAMES_SWAPPED,
    Disguise.SPELLED_OTHERWISE,
    Disguise.TYPED_WRONG,
    Disguise.CALLED_NAME,
    Disguise.MIDDLE_LEFT_OUT,
}
_OF_BIRTH = {Disguise.DAY_AND_MONTH_SWAPPED, Disguise.YEAR_OFF_BY_ONE, Disguise.FIRST_OF_JANUARY}
# What is told to the police is told to those who take it from them, less often.
_ARE_LIED_TO = {Agency.PRISON: "", Agency.COURT: "", Agency.PROBATION: "", Agency.POLICE: "_police"}
SWAPPED_FAMILY_FIRST = share("disguise_names_swapped_family_first")


def _rate(kind: Disguise, agency: Agency) -> float:
    if kind is Disguise.FALSE_NAME:
        return share(f"disguise_false_name{_ARE_LIED_TO[agency]}") if agency in _ARE_LIED_TO else 0.0
    if kind is Disguise.SECOND_RECORD:
        return share("second_record")
    if kind is Disguise.NUMBER_MISSING:
        return 0.0
    stated = share(f"disguise_{kind.replace(' ', '_').lower()}")
    what = "name" if kind in _OF_NAMES else "birth" if kind in _OF_BIRTH else ""
    if not what or agency is Agency.PRISON:
        return stated
    return min(stated * RATES[f"{what}_errors_{agency}"].figure, 0.9)


ERRORS = {agency: {kind: _rate(kind, agency) for kind in Disguise} for agency in Agency}
"""How often each kind befalls a record that it can befall, at each agency; missing numbers are in `HELD`."""
HELD = {
    agency: {
        number: SHARES[f"held_by_{agency}_{number}"].figure
        for number in ("nomis", "pnc", "cro", "nhs", "crn", "nino")
        if f"held_by_{agency}_{number}" in SHARES
    }
    for agency in Agency
}
"""Of how many people an agency holds a number that another, or it itself, gave them."""
