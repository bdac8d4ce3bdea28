"""What the board's page shows, every word and every bar's length ready. A withheld figure is a word, never a zero."""

from dataclasses import dataclass

from watchroom.gate.glass_kept import RATE_DAYS, Rate
from watchroom.insight.rules import LEAST, UNMEASURED, Board, Numbers, Site
from watchroom.model.words import Words
from watchroom.priority.freshness import SourceLine, source_lines

# Lengths of bars are whole thousandths of the longest one.
WHOLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the line at the top. `key` names it for tests; `is_withheld`: the value is the word for that."""

    key: str
    label: str
    value: str
    note: str
    is_withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One establishment: roll and places as words, and as lengths of two bars in thousandths of the longest."""

    name: str
    on_roll: str
    places: str
    percent: str
    is_withheld: bool
    roll_length: int
    places_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLine:
    """One figure of a list. `length` in thousandths of the longest bar; 0 where it is withheld."""

    name: str
    number: str
    is_withheld: bool
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTable:
    """One thing that is counted, by name and in all. `finding` says in one sentence what there is to read."""

    key: str
    title: str
    finding: str
    heads: tuple[str, str]
    lines: tuple[NumberLine, ...]
    none_told: str
    total: NumberLine


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTable:
    """Roll and places by establishment. `note` says what is counted; `rest` names those without any figure."""

    title: str
    finding: str
    heads: tuple[str, ...]
    lines: tuple[SiteLine, ...]
    total: SiteLine
    rest: str | None
    key_roll: str
    key_places: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A heading with sentences under it."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The board's page. `unknown` is said first when no source has delivered; then there is no figure at all."""

    title: str
    sentence: str
    unknown: str | None
    figures: tuple[Figure, ...]
    sites: SiteTable
    tables: tuple[NumberTable, ...]
    withheld: Listing
    unmeasured: Listing
    glass: Listing | None
    sources: tuple[SourceLine, ...]
    as_of_words: str


def board_page(board: Board, words: Words, *, glass: Rate | None = None) -> BoardPage:
    """The page of a board in the language of `words`; `glass` is how often the glass was broken lately."""
    return BoardPage(
        title=words.phrase("board.title"),
        sentence=words.phrase("board.sentence"),
        unknown=None if board.is_known else words.phrase("board.unknown"),
        figures=_figures(board, words) if board.is_known else (),
        sites=_sites(board, words),
        tables=(
            _numbers("care_plans", board.care_plans, code_list="agency", words=words),
            _numbers("incidents", board.incidents, code_list="incident_type", words=words),
        ),
        withheld=_withheld(board, words),
        unmeasured=Listing(
            title=words.phrase("board.unmeasured"),
            sentences=tuple(words.phrase(f"board.unmeasured.{key}") for key in UNMEASURED),
        ),
        glass=None if glass is None else _glass(glass, words),
        sources=source_lines(board.sources, words=words),
        as_of_words=words.phrase("board.as_of", at=board.at),
    )


def _glass(rate: Rate, words: Words) -> Listing:
    """Emergencies in numbers, under the rule of all numbers here: none under ten, and no zero either."""

    def said(number: int) -> str:
        return str(number) if number >= LEAST else words.phrase("board.glass.few", least=LEAST)

    return Listing(
        title=words.phrase("board.glass"),
        sentences=(
            words.phrase("board.glass.broken", number=said(rate.broken), days=RATE_DAYS.days),
            words.phrase("board.glass.overdue", number=said(rate.overdue)),
        ),
    )


def _figures(board: Board, words: Words) -> tuple[Figure, ...]:
    told = sum(site.on_roll is not None for site in board.sites)
    notes = {
        "on_roll": words.phrase("board.figure.on_roll.note", count=len(board.sites), told=told),
        "places": words.phrase("board.figure.places.note"),
        "care_plans": words.phrase("board.figure.care_plans.note"),
        "incidents": words.phrase("board.figure.incidents.note"),
    }
    values = {
        "on_roll": _told(board.on_roll, words),
        "places": words.phrase("value.not_recorded") if board.places is None else str(board.places),
        "care_plans": _told(board.care_plans.total, words),
        "incidents": _told(board.incidents.total, words),
    }
    return tuple(
        Figure(
            key=key,
            label=words.phrase(f"board.figure.{key}"),
            value=values[key],
            note=note,
            is_withheld=not values[key].isdigit(),
        )
        for key, note in notes.items()
    )


def _sites(board: Board, words: Words) -> SiteTable:
    longest = max((max(site.on_roll or 0, site.places or 0) for site in board.sites), default=0)
    everyone = Site(code="", on_roll=board.on_roll, places=board.places)
    told = [site for site in board.sites if site.percent is not None]
    shown = [site for site in board.sites if site.on_roll is not None or site.places is not None]
    rest = [words.code("agency", site.code) for site in board.sites if site not in shown]
    return SiteTable(
        title=words.phrase("board.sites"),
        finding=words.phrase("board.sites.finding", count=len(told), of=len(board.sites)),
        heads=tuple(words.phrase(f"board.sites.{head}") for head in ("site", "on_roll", "places", "percent")),
        lines=tuple(_site(site, name=words.code("agency", site.code), longest=longest, words=words) for site in shown),
        # A bar for all beside those of each would only make these short.
        total=_site(everyone, name=words.phrase("board.all"), longest=0, words=words),
        rest=words.phrase("board.sites.rest", names=words.listed(rest)) if rest else None,
        key_roll=words.phrase("board.sites.on_roll"),
        key_places=words.phrase("board.sites.places"),
        note=words.phrase("board.sites.note"),
    )


def _site(site: Site, *, name: str, longest: int, words: Words) -> SiteLine:
    return SiteLine(
        name=name,
        on_roll=_told(site.on_roll, words),
        places=_places(site, words),
        percent="" if site.percent is None else words.phrase("board.percent", percent=site.percent),
        is_withheld=site.on_roll is None,
        roll_length=_length(site.on_roll, longest),
        places_length=_length(site.places, longest),
    )


def _numbers(key: str, numbers: Numbers, *, code_list: str, words: Words) -> NumberTable:
    longest = max((number or 0 for _, number in numbers.by_name), default=0)
    lines = tuple(
        _number(words.code(code_list, name), number, longest=longest, words=words) for name, number in numbers.by_name
    )
    told = sum(not line.is_withheld for line in lines)
    return NumberTable(
        key=key,
        title=words.phrase(f"board.{key}"),
        finding=words.phrase(f"board.{key}.finding"),
        heads=(words.phrase(f"board.{key}.name"), words.phrase("board.number")),
        lines=lines if told else (),
        none_told="" if told else words.phrase("board.none_told"),
        total=_number(words.phrase(f"board.{key}.all"), numbers.total, longest=0, words=words),
    )


def _number(name: str, number: int | None, *, longest: int, words: Words) -> NumberLine:
    return NumberLine(
        name=name, number=_told(number, words), is_withheld=number is None, length=_length(number, longest)
    )


def _withheld(board: Board, words: Words) -> Listing:
    told = [words.phrase("board.withheld.small", count=board.withheld)]
    if board.kept_fields:
        fields = words.listed([words.phrase(f"board.field.{name}") for name in board.kept_fields])
        told.append(words.phrase("board.withheld.fields", fields=fields))
    if board.kept_records:
        records = words.listed([words.phrase(f"record.{name}") for name in board.kept_records])
        told.append(words.phrase("board.withheld.records", records=records))
    return Listing(title=words.phrase("board.withheld"), sentences=tuple(told))


def _places(site: Site, words: Words) -> str:
    if site.places is None:
        return words.phrase("board.under_ten" if site.is_small else "value.not_recorded")
    return str(site.places)


def _told(number: int | None, words: Words) -> str:
    return words.phrase("board.figure.withheld") if number is None else str(number)


def _length(number: int | None, longest: int) -> int:
    return 0 if not number or not longest else max(1, WHOLE * number // longest)
