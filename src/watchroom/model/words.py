"""Says messages: in a language, with the terms of a jurisdiction, with times of a zone.

How an instant or a day is told inside a message, `{name:style}`:

    (none)    24 July 2026, 07:30         24 July 2026
    full      Friday 24 July 2026, 07:30  Friday 24 July 2026
    short     24 Jul, 07:30               24 Jul
    day       24 July 2026                24 July 2026
    time      07:30                       24 July 2026

`{name:lower}` tells a word in the middle of a sentence: `Assailant` becomes `assailant`, `ACCT` stays.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from watchroom.model.code_lists import code_list
from watchroom.model.extension import is_name_of_agency, said_of_agency, said_of_field
from watchroom.model.jurisdiction import Jurisdiction, pack
from watchroom.model.message_files import Message, Slot, message_of, messages
from watchroom.model.text import Coded, Param, Text

STYLES = frozenset({"", "full", "short", "day", "time", "lower"})
FALLBACK = "en"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_MONTH, _YEAR = 2_629_746, 31_556_952
# From so many days on, the hours beside them say nothing to anybody.
_DAYS_WITH_HOURS = 14


class Foreign(str):
    """Words in another language than most are in; `language` is that of these."""

    __slots__ = ("language",)

    language: str


class Words:
    """The words of one language, jurisdiction and zone.

    What a language lacks is said in English. An id that English lacks too is never shown: its place is marked,
    and the id is kept in `missing` for whoever has to write it.

    Attributes:
        language: two letters, as in `messages/`.
        page_language: that in which most messages stand, English until more than half are translated; a page says it
            of itself, and what stands in the other one is `Foreign`.
        zone: in which instants are told.
        missing: ids that were asked for and that no language has.
    """

    def __init__(
        self, *, language: str = FALLBACK, jurisdiction: Jurisdiction | None = None, zone: ZoneInfo | None = None
    ) -> None:
        place = jurisdiction or pack("england_and_wales")
        self.language = language
        self.zone = zone or place.zone
        self.missing: set[str] = set()
        self._calendar = _calendar(language)
        self._messages: dict[str, Message] = {}
        for spoken in (FALLBACK, language):
            self._messages |= messages(spoken)
            self._messages |= {name: message_of(term) for name, term in place.terms.get(spoken, {}).items()}
        theirs = messages(language).keys() | place.terms.get(language, {}).keys()
        is_most = 2 * len(theirs) > len(self._messages)
        self.page_language = language if is_most else FALLBACK
        self._other_language = FALLBACK if is_most else language
        self._others = frozenset(self._messages.keys() - theirs if is_most else theirs)
        if language == FALLBACK:
            self._others = frozenset[str]()

    def say(self, text: Text, more: Mapping[str, Param] | None = None) -> str:
        """The message in words; `more` are parameters beside its own."""
        params = text.params if more is None else {**text.params, **more}
        return self._said(text.id, params)

    def phrase(self, message_id: str, **params: Param) -> str:
        """The message of that id in words."""
        return self._said(message_id, params)

    def knows(self, message_id: str) -> bool:
        """Whether there is a message of that id."""
        return message_id in self._messages

    def code(self, list_name: str, code: str | None) -> str:
        """What a code means, in words; a code that its list does not hold is said as it is."""
        if code is None:
            return self.phrase("value.not_recorded")
        own = f"code.{list_name}.{code}"
        if own in self._messages:
            return self._said(own, {})
        return code_list(list_name).describe(code) or code

    def instant(self, at: datetime, style: str = "full") -> str:
        """An instant in the zone: `Friday 24 July 2026, 07:30`.

        Raises:
            ValueError: the instant has no time zone.
        """
        if at.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be told")
        here = at.astimezone(self.zone)
        clock = f"{here.hour:02}:{here.minute:02}"
        if style == "time":
            return clock
        if style == "day":
            return self.day(here.date(), "day")
        return f"{self.day(here.date(), style)}, {clock}"

    def day(self, day: date, style: str = "full") -> str:
        """A day: `Friday 24 July 2026`."""
        if style == "short":
            return f"{day.day} {self._calendar.short_months[day.month]}"
        told = f"{day.day} {self._calendar.months[day.month]} {day.year}"
        return f"{self._calendar.weekdays[day.weekday()]} {told}" if style == "full" else told

    def age(self, seconds: float) -> str:
        """How old something is: `11 min`, `3 h 20 min`, `27 h`, `2 days`; never rounded up."""
        whole = int(seconds)
        if seconds < 0:
            return self.phrase("age.ahead")
        if whole < _MINUTE:
            return self.phrase("age.now")
        if whole < _HOUR:
            return self.phrase("age.minutes", minutes=whole // _MINUTE)
        hours, minutes = divmod(whole // _MINUTE, 60)
        if hours < 10 and minutes:
            return self.phrase("age.hours_and_minutes", hours=hours, minutes=minutes)
        if hours < 48:
            return self.phrase("age.hours", hours=hours)
        if whole < 2 * _MONTH:
            return self.phrase("age.days", count=whole // _DAY)
        if whole < 2 * _YEAR:
            return self.phrase("age.months", count=whole // _MONTH)
        return self.phrase("age.years", count=whole // _YEAR)

    def left(self, span: timedelta) -> str:
        """How much time is left: `3 h 20 min`, `47 h`, `2 days 23 h`, `20 days`; over, or nothing left: `under 1 min`.

        Rounded down by less than an hour in the first two weeks: whoever relies on it is never late, and what is
        three days is not told as two.
        """
        seconds = max(int(span.total_seconds()), 0)
        days, hours = divmod(seconds // _HOUR, 24)
        if days < 2:
            return self.age(seconds)
        told = self.phrase("age.days", count=days)
        return self.phrase("age.days_and_hours", days=told, hours=hours) if hours and days < _DAYS_WITH_HOURS else told

    def listed(self, items: Sequence[str]) -> str:
        """Several things in one sentence: `a, b and c`."""
        if len(items) < 2:
            return "".join(items)
        return self.phrase("list.last", left=", ".join(items[:-1]), right=items[-1])

    def _said(self, message_id: str, params: Mapping[str, Param]) -> str:
        message = self._messages.get(message_id)
        if message is None and is_name_of_agency(message_id.removeprefix("record.")):
            return said_of_agency(message_id.removeprefix("record."))
        if message is None and message_id.startswith("field."):
            return said_of_field(message_id.rpartition(".")[2])
        if message is None:
            self.missing.add(message_id)
            return self._said("value.wording_missing", {})
        count = params.get("count")
        form = message.forms[message.form_of(count) if isinstance(count, int) else -1]
        told = "".join([part if isinstance(part, str) else self._filled(part, params) for part in form])
        if message_id not in self._others:
            return told
        other = Foreign(told)
        other.language = self._other_language
        return other

    def _filled(self, slot: Slot, params: Mapping[str, Param]) -> str:
        if slot.name not in params and slot.name.startswith("term."):
            return self._said(slot.name, {})
        told = self._value(params.get(slot.name), slot.style)
        return _within_a_sentence(told) if slot.style == "lower" else told

    def _value(self, value: Param, style: str) -> str:
        match value:
            case str():
                return value
            case bool():
                return self.phrase("value.yes" if value else "value.no")
            case int():
                return f"{value:,}" if abs(value) >= 10_000 else str(value)
            case datetime():
                return self.instant(value, style)
            case date():
                return self.day(value, "" if style == "time" else style)
            case Coded():
                return self._coded(value)
            case Text():
                return self.say(value)
            case None:
                return self.phrase("value.not_recorded")

    def _coded(self, value: Coded) -> str:
        if value.code is None and value.source_value:
            return self.phrase("value.unmapped", value=value.source_value)
        return self.code(value.code_list, value.code)


def _within_a_sentence(word: str) -> str:
    return word if word[1:2].isupper() else word[:1].lower() + word[1:]


class _Calendar:
    """Names of days and months of a language, read once: Babel's own formatting is too slow for a page of them."""

    def __init__(self, language: str) -> None:
        locale = Locale.parse("en_GB" if language == "en" else language)
        self.months = {month: str(locale.months["format"]["wide"][month]) for month in range(1, 13)}
        self.short_months = {month: str(locale.months["format"]["abbreviated"][month]) for month in range(1, 13)}
        self.weekdays = {day: str(locale.days["format"]["wide"][day]) for day in range(7)}


@cache
def _calendar(language: str) -> _Calendar:
    return _Calendar(language)
