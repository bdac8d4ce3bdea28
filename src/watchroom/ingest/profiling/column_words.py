"""The words in the name of a column, and what they say of what stands in it. Pure."""

import re
from collections.abc import Iterable
from functools import cache

# As case-management systems shorten words; `xx yy` stands for two words.
_WHOLE = {
    "addr": "address",
    "agy": "agency",
    "amt": "amount",
    "appt": "appointment",
    "auth": "authorised",
    "cat": "category",
    "cd": "code",
    "cnt": "count",
    "ctry": "country",
    "desc": "description",
    "descr": "description",
    "disch": "discharge",
    "dob": "birth date",
    "dod": "death date",
    "dt": "date",
    "dttm": "date time",
    "eff": "effective",
    "emp": "employee",
    "est": "establishment",
    "estab": "establishment",
    "exp": "expiry",
    "flg": "flag",
    "fname": "given name",
    "forename": "given name",
    "forenames": "given names",
    "gender": "sex",
    "ind": "flag",
    "indicator": "flag",
    "inst": "institution",
    "loc": "location",
    "mname": "middle name",
    "nbr": "number",
    "no": "number",
    "num": "number",
    "off": "offender",
    "org": "organisation",
    "postcode": "post code",
    "qty": "quantity",
    "ref": "reference",
    "seq": "sequence",
    "sname": "family name",
    "stat": "status",
    "surname": "family name",
    "tel": "telephone",
    "tm": "time",
    "txt": "text",
    "typ": "type",
    "zip": "post code",
}
# Words that say nothing of which field it is.
IDLE = frozenset({"the", "of", "a", "id", "date", "code", "flag", "time", "at", "on", "is", "source", "value", "text"})
_CODED = frozenset(
    {
        *("category", "class", "code", "condition", "direction", "ethnicity", "flag", "grade", "kind", "level"),
        *("mode", "outcome", "priority", "race", "reason", "result", "severity", "sex", "stage", "state"),
        *("status", "type", "unit", "urgency"),
    }
)
_PERSONAL = frozenset(
    {
        *("address", "alias", "birth", "comment", "comments", "death", "email", "employee", "family", "first"),
        *("forename", "given", "initial", "initials", "known", "last", "maiden", "middle", "mobile", "name"),
        *("names", "narrative", "nickname", "note", "notes", "officer", "phone", "post", "relative", "staff"),
        *("street", "surname", "telephone", "user", "username", "who"),
    }
)


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, with what is usually shortened written out.

    >>> words_of("ALERT_STATUS_CD"), words_of("birthDate"), words_of("Dob")
    (('alert', 'status', 'code'), ('birth', 'date'), ('birth', 'date'))
    """
    parts: list[str] = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", re.sub(r"[^A-Za-z0-9]+", " ", name))
    lower = [part.lower() for part in parts]
    return tuple(word for part in lower for word in _WHOLE.get(part, part).split())


def telling(words: Iterable[str]) -> frozenset[str]:
    """Those words that say which field it is, in the singular."""
    return frozenset(_singular(word) for word in words if word not in IDLE)


def _singular(word: str) -> str:
    return word if len(word) < 5 or word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def is_of_code(words: Iterable[str]) -> bool:
    """Whether a name says that codes stand there."""
    return bool(_CODED & set(words))


def is_of_person(name: str) -> bool:
    """Whether a name says that what stands there tells of somebody, or is what somebody wrote."""
    return bool(_PERSONAL & set(words_of(name)))
