"""Pictures of the entities of a domain and of what they point to: drawn here as SVG, so that no program draws them.

A box is an entity: fields that point to another one first, then the rest. Boxes stand in columns, each to the right of
everything that it points to; a dashed box belongs to another domain. No script, no font and no file from elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from watchroom.model.catalogue import Catalogue, Sensitivity

OF_THE_PLATFORM = "platform"
_WIDTH: Final = 310
_ROW: Final = 17
_HEAD: Final = 24
_GAP: Final = 26
_BETWEEN: Final = 90
_MARGIN: Final = 20
_FOOT: Final = 30
# A box with more fields than this says how many there are besides; the dictionary holds them.
_SHOWN: Final = 16
# That fit beside each other in a box.
_LETTERS: Final = 46
_COLOURS: Final[Mapping[str, str]] = {
    Sensitivity.NONE: "#9aa5ab",
    Sensitivity.PERSONAL: "#1d70b8",
    Sensitivity.SPECIAL_CATEGORY: "#912b88",
    Sensitivity.CRIMINAL: "#b5460f",
    Sensitivity.INTELLIGENCE: "#6b5200",
}
_STYLE = (
    "text{font-family:system-ui,'Segoe UI',Helvetica,Arial,sans-serif;font-size:12px;fill:#0b0c0c}"
    ".n{font-weight:700;font-size:13px;fill:#fff}.k{fill:#505a5f;font-size:11px}.o{fill:#0b0c0c}"
    ".b{fill:#fff;stroke:#1f4e5f;stroke-width:1.2}.h{fill:#1f4e5f}.g{fill:#f3f2f1;stroke:#505a5f;stroke-dasharray:4 3}"
    ".e{fill:none;stroke:#5694ca;stroke-width:1.3;opacity:.8}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field of a box: its name, its kind in a word, what it points to, and how it hurts when it leaks."""

    name: str
    kind: str
    target: str | None
    sensitivity: Sensitivity
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One entity of a picture; without lines: one of another domain."""

    name: str
    lines: tuple[Line, ...] = ()
    is_elsewhere: bool = False

    @property
    def height(self) -> int:
        """In pixels."""
        return _HEAD + (_ROW * len(self.shown) + 8 if self.lines else 0)

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines that are drawn: what points elsewhere first."""
        ordered = sorted(self.lines, key=lambda one: one.target is None)
        if len(ordered) <= _SHOWN:
            return tuple(ordered)
        more = f"and {len(ordered) - _SHOWN + 1} more"
        return (*ordered[: _SHOWN - 1], Line(name=more, kind="", target=None, sensitivity=Sensitivity.NONE))


def domains(model: Catalogue) -> tuple[str, ...]:
    """The domains of a model in order, that of the platform last."""
    return (*dict.fromkeys(entity.domain for entity in model.entities.values()), OF_THE_PLATFORM)


def boxes(model: Catalogue, domain: str) -> tuple[Box, ...]:
    """The boxes of the picture of a domain, with those of other domains that they point to."""
    own = tuple(_kept_boxes(model) if domain == OF_THE_PLATFORM else _entity_boxes(model, domain))
    names = {box.name for box in own}
    targets = dict.fromkeys(
        line.target for box in own for line in box.lines if line.target and line.target not in names
    )
    return (*(Box(name=name, is_elsewhere=True) for name in targets), *own)


def _entity_boxes(model: Catalogue, domain: str) -> Iterator[Box]:
    for entity in model.entities.values():
        lines = tuple(
            Line(
                name=field.name,
                kind=field.kind.value,
                target=field.target,
                sensitivity=field.sensitivity,
                required=field.required,
            )
            for field in entity.fields
        )
        if entity.domain == domain:
            yield Box(name=entity.name, lines=lines)
        elif any(line.name.partition("_x_")[1] and line.name.startswith(f"{domain}_") for line in lines):
            # Fields that an agency added to an entity of ours stand in the picture of the agency.
            yield Box(name=entity.name, lines=tuple(one for one in lines if one.name.startswith(f"{domain}_")))


def _kept_boxes(model: Catalogue) -> Iterator[Box]:
    for kept in model.kept.values():
        yield Box(
            name=kept.name,
            lines=tuple(
                Line(name=one.name, kind=one.kind, target=one.of, sensitivity=one.sensitivity, required=one.required)
                for one in kept.fields
            ),
        )


def as_svg(found: Sequence[Box], *, title: str) -> str:
    """The picture as one SVG document, drawn to its own size."""
    places = _places(_columns(found))
    width = max(x for x, _ in places.values()) + _WIDTH + _MARGIN
    height = max(y + box.height for box in found for _, y in [places[box.name]]) + _MARGIN + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-labelledby="title"><title id="title">{escape(title)}</title>',
        f'<style>{_STYLE}</style><rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    parts += [
        _edge(box, number, line=line, places=places)
        for box in found
        for number, line in enumerate(box.shown)
        if line.target
    ]
    parts += [_drawn(box, *places[box.name]) for box in found]
    parts.append(_legend(height - _FOOT + 8))
    return "\n".join(parts) + "\n</svg>\n"


def as_mermaid(found: Sequence[Box]) -> str:
    """The same as a Mermaid entity-relationship diagram, for whoever reads the page where that is drawn."""
    lines = ["erDiagram"]
    for box in found:
        for line in box.lines:
            if line.target is not None:
                head = "||" if line.required else "|o"
                lines.append(f'    {line.target} {head}--o{{ {box.name} : "{line.name}"')
    lines += [f"    {box.name}" for box in found if not any(box.name in line.split() for line in lines)]
    return "\n".join(lines) + "\n"


def _columns(found: Sequence[Box]) -> list[list[Box]]:
    """Boxes by how far they are from what points to nothing; those that few point to near what they point to."""
    by_name = {box.name: box for box in found}
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        if name not in depth:
            # What points to itself, or back, ends here.
            depth[name] = 0
            targets = [line.target for line in by_name[name].lines if line.target and line.target != name]
            depth[name] = max((deep(target) + 1 for target in targets if target in by_name), default=0)
        return depth[name]

    columns: list[list[Box]] = [[] for _ in range(max((deep(box.name) for box in found), default=0) + 1)]
    for box in found:
        columns[deep(box.name)].append(box)
    return [part for column in columns for part in _split(column)]


def _split(column: list[Box]) -> Iterator[list[Box]]:
    """A column that would be much higher than a page, as several beside each other."""
    part: list[Box] = []
    for box in column:
        if part and sum(one.height + _GAP for one in part) + box.height > 900:
            yield part
            part = []
        part.append(box)
    if part:
        yield part


def _places(columns: Sequence[Sequence[Box]]) -> dict[str, tuple[int, int]]:
    places: dict[str, tuple[int, int]] = {}
    for number, column in enumerate(columns):
        y = _MARGIN
        for box in column:
            places[box.name] = (_MARGIN + number * (_WIDTH + _BETWEEN), y)
            y += box.height + _GAP
    return places


def _drawn(box: Box, x: int, y: int) -> str:
    name = escape(box.name)
    if box.is_elsewhere:
        text = f'<text class="o" x="{x + 10}" y="{y + 16}">{name}</text>'
        return f'<rect class="g" x="{x}" y="{y}" width="{_WIDTH}" height="{box.height}" rx="3"/>{text}'
    parts = [
        f'<rect class="b" x="{x}" y="{y}" width="{_WIDTH}" height="{box.height}" rx="3"/>',
        f'<rect class="h" x="{x}" y="{y}" width="{_WIDTH}" height="{_HEAD}" rx="3"/>',
        f'<text class="n" x="{x + 10}" y="{y + 16}">{name}</text>',
    ]
    for number, line in enumerate(box.shown):
        at = y + _HEAD + 15 + number * _ROW
        mark = "" if line.required or not line.kind else "?"
        parts.append(f'<circle cx="{x + 11}" cy="{at - 4}" r="3.5" fill="{_COLOURS[line.sensitivity]}"/>')
        parts.append(f'<text x="{x + 20}" y="{at}">{escape(line.name)}</text>')
        kind = (f"→ {line.target}" if line.target else line.kind) + mark
        # Where both do not fit beside each other, the dictionary says the kind.
        kind = kind if len(line.name) + len(kind) < _LETTERS else ""
        parts.append(f'<text class="k" x="{x + _WIDTH - 8}" y="{at}" text-anchor="end">{escape(kind)}</text>')
    return "".join(parts)


def _edge(box: Box, number: int, *, line: Line, places: Mapping[str, tuple[int, int]]) -> str:
    x, y = places[box.name]
    y += _HEAD + 11 + number * _ROW
    to_x, to_y = places[line.target or ""]
    to_y += _HEAD // 2
    if to_x >= x:
        right = x + _WIDTH
        return f'<path class="e" d="M{right} {y} C{right + 40} {y} {right + 40} {to_y} {right} {to_y}"/>'
    to_x += _WIDTH
    bend = max(40, (x - to_x) // 2)
    return f'<path class="e" d="M{x} {y} C{x - bend} {y} {to_x + bend} {to_y} {to_x} {to_y}"/>'


def _legend(y: int) -> str:
    parts: list[str] = []
    x = _MARGIN
    for sensitivity, colour in _COLOURS.items():
        word = str(sensitivity).replace("_", " ")
        parts.append(f'<circle cx="{x + 4}" cy="{y + 4}" r="3.5" fill="{colour}"/>')
        parts.append(f'<text class="k" x="{x + 12}" y="{y + 8}">{word}</text>')
        x += 32 + 7 * len(word)
    parts.append(f'<text class="k" x="{x}" y="{y + 8}">? may be empty</text>')
    return "".join(parts)
