"""How an agency knows somebody: what it wrote of them, once or twice, and what of that is not so.

Each kind of error is as frequent as `rates.toml` states it; what an agency wrote is the same whoever asks for it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from random import Random

from watchroom.demo.world.address import Address
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.disguising import Pen, disguise_birth, disguise_names, disguise_numbers, disguise_place
from watchroom.demo.world.errors_made import Agency, Disguise
from watchroom.demo.world.identifiers import Identifiers, crn_number, nomis_number, pnc_number
from watchroom.demo.world.lives import Life
from watchroom.demo.world.particulars import Alias, Particulars, particulars_of
from watchroom.demo.world.rates import share

# A second record of one person has a number as if of a life that there is not.
SECOND_FROM = 2_880_000
_SECOND, _ALIASES_KNOWN = share("second_record"), share("aliases_known")
_KNOWS_ALIASES = (Agency.PRISON, Agency.POLICE, Agency.PROBATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What of a record is not so.

    Attributes:
        field: of the record, such as `born`, or the name of a number, such as `pnc`.
        kinds: what was done to it, in order.
        true: what is so, as text.
        written: what stands there instead; empty for what is missing.
    """

    field: str
    kinds: tuple[Disguise, ...]
    true: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record of somebody in an agency.

    Attributes:
        life: the number of the life; no agency knows it.
        agency: whose record it is.
        record: 0, or 1 for a second record of the same person.
        first, middle, family: names as they are written; a system that has capitals only writes these.
        called: what they are called, which is noted rightly.
        born: the birth date.
        sex: `M` or `F`.
        address: where they live, as the agency believes; None: not known, or nowhere.
        identifiers: the numbers that it holds; empty where it has none.
        also: other names by which it knows them.
        done: what of this is not so.
    """

    life: int
    agency: Agency
    record: int
    first: str
    middle: str
    family: str
    called: str
    born: date
    sex: str
    address: Address | None
    identifiers: Identifiers
    also: tuple[Alias, ...]
    done: tuple[Done, ...]


def records_of(chance: Chance, agency: Agency, life: Life) -> tuple[Written, ...]:
    """What an agency wrote of somebody: one record, now and then two."""
    stream = chance.stream("written", agency, life.number)
    particulars = _particulars_of(chance, life)
    is_twice = stream.random() < _SECOND
    first = _written(stream, agency, life, particulars=particulars, record=0)
    if not is_twice:
        return (first,)
    return first, _written(stream, agency, life, particulars=particulars, record=1)


# Several agencies are asked of one life after another.
_particulars_of = lru_cache(maxsize=1024)(particulars_of)


def _written(stream: Random, agency: Agency, life: Life, *, particulars: Particulars, record: int) -> Written:
    numbers = particulars.identifiers
    pen = Pen(_true_of(life, numbers), stream=stream, agency=agency)
    disguise_names(pen, life, particulars.aliases)
    disguise_birth(pen, life)
    disguise_place(pen, life, particulars.earlier)
    disguise_numbers(pen)
    if record:
        _number_anew(pen, life)
    now = pen.now
    also = tuple(one for one in particulars.aliases if stream.random() < _ALIASES_KNOWN)
    return Written(
        life=life.number,
        agency=agency,
        record=record,
        first=str(now["first"]),
        middle=str(now["middle"]),
        family=str(now["family"]),
        called=life.called,
        born=pen.born,
        sex=life.sex,
        address=pen.address,
        identifiers=Identifiers(**{one.name: str(now[one.name]) for one in fields(Identifiers)}),
        also=also if agency in _KNOWS_ALIASES else (),
        done=tuple(
            Done(field=field, kinds=tuple(kinds), true=as_text(pen.true[field]), written=as_text(now[field]))
            for field, kinds in pen.kinds.items()
        ),
    )


def as_text(value: object) -> str:
    """A name, date, number or address in the words of the truth; empty for what there is not."""
    if value is None:
        return ""
    if isinstance(value, Address):
        return f"{value.house} {value.street}, {value.town.name} {value.postal_code}"
    return str(value)


def _true_of(life: Life, numbers: Identifiers) -> Mapping[str, object]:
    return {
        "first": life.first,
        "middle": " ".join(life.middle),
        "family": life.family,
        "born": life.born,
        "address": life.address,
        **{one.name: getattr(numbers, one.name) for one in fields(Identifiers)},
    }


def _number_anew(pen: Pen, life: Life) -> None:
    """Whoever was taken for new got another number of the agency itself."""
    number = life.number + SECOND_FROM
    if pen.agency is Agency.PRISON:
        pen.write("nomis", nomis_number(number), Disguise.SECOND_RECORD)
    elif pen.agency is Agency.PROBATION:
        pen.write("crn", crn_number(number), Disguise.SECOND_RECORD)
    elif pen.agency is Agency.POLICE:
        pen.write("pnc", pnc_number(number, life.born.year + 17), Disguise.SECOND_RECORD)
