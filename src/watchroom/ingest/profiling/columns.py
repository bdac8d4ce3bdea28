"""What a column of a delivery looks like: how full, how many values, how they are written; never whose they are.

Values are shown of columns of codes alone, and of those only values that enough rows share. That a column holds codes
needs evidence, and none against it: its name, a code list of ours that holds most of its values, yes and no.
"""

from dataclasses import dataclass, field

from watchroom.ingest.profiling.column_words import is_of_code, is_of_person, words_of

AT_LEAST = 5
"""A value, or a shape of values, that fewer rows have is not shown."""
LONGEST_CODE = 16
MOST_CODES = 60
_MOSTLY = 0.9

DAYS = frozenset({"iso_day", "day_month_year", "day_month_short_year", "day_named_month"})
INSTANTS = frozenset({"iso_time", "iso_instant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """How plausible the days of a column are.

    Attributes:
        order: of day and month where both are numbers: `day first`, `month first`, `both` or `cannot be told`.
        first_decade, last_decade: such as 1950; a day itself is somebody's.
        no_day, before_1900, in_future: rows.
    """

    order: str | None
    first_decade: int | None
    last_decade: int | None
    no_day: int
    before_1900: int
    in_future: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column.

    Attributes:
        name: as it stands in the header.
        place: in the header, from 1.
        rows: of the table.
        filled: rows with a value.
        different: values that are not the same.
        shortest, longest: characters of a value; 0 where there is none.
        styles: style -> rows, the most frequent first (`styles.sql`).
        most_of_one: rows that the most frequent value has.
        shapes: shape -> rows, such as `A9999AA`.
        dates: of a column of days or instants.
        lists: code list of ours -> how many of its different values the list holds.
        codes: value -> rows, of a column of codes.
    """

    name: str
    place: int
    rows: int
    filled: int = 0
    different: int = 0
    shortest: int = 0
    longest: int = 0
    most_of_one: int = 0
    styles: dict[str, int] = field(default_factory=dict[str, int])
    shapes: dict[str, int] = field(default_factory=dict[str, int])
    dates: Dates | None = None
    lists: dict[str, int] = field(default_factory=dict[str, int])
    codes: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def style(self) -> str | None:
        """The style of nearly all of its values; None: there is none such."""
        for style, rows in self.styles.items():
            if rows >= self.filled * _MOSTLY:
                return style
        return None

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value and no two the same."""
        return self.rows > 1 and self.different == self.filled == self.rows

    @property
    def looks_coded(self) -> bool:
        """Whether few short values stand in many rows."""
        return (
            0 < self.different <= MOST_CODES
            and self.longest <= LONGEST_CODE
            and self.filled >= self.different * 2
            and self.most_of_one >= AT_LEAST
            and not self.is_unique
        )

    @property
    def is_code(self) -> bool:
        """Whether its values may be shown: they are codes by some evidence, and nothing speaks of persons."""
        if not self.looks_coded or is_of_person(self.name) or self.kind not in ("code", "yes/no"):
            return False
        words = words_of(self.name)
        return (
            self.kind == "yes/no"
            or is_of_code(words)
            or any(held * 2 >= self.different for held in self.lists.values())
        )

    @property
    def kind(self) -> str:
        """What it probably holds, in words."""
        style = self.style
        if not self.filled:
            return "empty"
        if set(self.styles) <= {"yes_no"} and self.different <= 2:
            return "yes/no"
        if style in DAYS or (style is None and set(self.styles) <= DAYS):
            return "date"
        if style in INSTANTS or (style is None and set(self.styles) <= DAYS | INSTANTS):
            return "instant"
        if style == "time_of_day":
            return "time of day"
        return self._other(style)

    def _other(self, style: str | None) -> str:
        is_written = style in ("token", "whole_number")
        has_digits = any("9" in shape for shape in self.shapes)
        if is_written and self.different >= self.filled * _MOSTLY and has_digits and self.filled > 1:
            return "identifier"
        if self.looks_coded and (style != "whole_number" or is_of_code(words_of(self.name))) and style != "decimal":
            return "code"
        if style == "whole_number":
            return "whole number"
        if style == "decimal" or set(self.styles) <= {"decimal", "whole_number"}:
            return "decimal"
        if style == "long_text" or ("long_text" in self.styles and self.longest > 60):
            return "free text"
        return "text"

    @property
    def patterns(self) -> dict[str, int]:
        """The shapes that may be shown: none of what somebody wrote or is called, which has no digit."""
        if is_of_person(self.name) or self.kind == "free text":
            return {shape: rows for shape, rows in self.shapes.items() if "9" in shape and " " not in shape}
        return self.shapes

    def as_json(self) -> dict[str, object]:
        """The column for a JSON document."""
        told: dict[str, object] = {
            "column": self.name,
            "place": self.place,
            "kind": self.kind,
            "filled": self.filled,
            "fill_rate": round(self.filled / self.rows, 4) if self.rows else None,
            "distinct": self.different,
            "lengths": [self.shortest, self.longest],
            "styles": self.styles,
            "patterns": self.patterns,
            "codes": self.codes,
            "code_lists": self.lists,
        }
        if self.dates is not None:
            told["dates"] = {
                "order": self.dates.order,
                "decades": [self.dates.first_decade, self.dates.last_decade],
                "no_day": self.dates.no_day,
                "before_1900": self.dates.before_1900,
                "in_future": self.dates.in_future,
            }
        return told
