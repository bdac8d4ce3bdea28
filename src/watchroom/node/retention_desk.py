"""Retention by rule: what `retention.yaml` lets go is shown, and erased in portions when somebody says so."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from watchroom.model.catalogue import Catalogue
from watchroom.node.erasure import Due, Eraser, Erasure
from watchroom.node.retention_file import Periods, periods_of
from watchroom.store.due import Portion

_PORTION = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the rules would let go.

    Attributes:
        periods: what the file says.
        meanings: each rule of the model in words, by name.
        due: what is past its time, and what stays of it.
    """

    periods: Periods
    meanings: Mapping[str, str]
    due: Due

    def as_json(self) -> dict[str, object]:
        """The plan for a JSON document."""
        return {
            "classes": self.rows(),
            "held": [{"hold": hold, "records": number} for hold, number in self.due.held.items()],
            "people_named_by_what_stays": self.due.named,
            "by_itself": self.periods.by_itself,
        }

    def rows(self) -> list[dict[str, object]]:
        """One row per rule of the model; without a period nothing of it is ever due."""
        rows: list[dict[str, object]] = []
        for name in sorted(self.meanings):
            kept = self.periods.rules.get(name)
            rows.append(
                {
                    "class": name,
                    "keep": None if kept is None else kept.text,
                    "after": None if kept is None else kept.after.value,
                    "due": None if kept is None else self.due.due.get(name, 0),
                    "goes": None if kept is None else self.due.goes.get(name, 0),
                }
            )
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What went, portion by portion so far.

    Attributes:
        done, of: portions.
        records, raw_rows: that went.
    """

    done: int
    of: int
    records: int
    raw_rows: int


def plan(folder: Path, model: Catalogue, eraser: Eraser) -> Planned:
    """What the rules of the node in `folder` would let go now; nothing is erased.

    Raises:
        AgreementError: the file is not what is expected, with the line.
    """
    periods = periods_of(folder, model)
    due = eraser.plan(periods.at(eraser.clock.now()))
    return Planned(periods=periods, meanings=model.retention, due=due)


def apply(folder: Path, model: Catalogue, eraser: Eraser) -> Generator[Applied]:
    """Erase what the rules let go, a portion in each turn; what was erased stays so when it is stopped between two.

    Each portion looks at the holds anew.

    Raises:
        AgreementError: the file is not what is expected, with the line.
        AuditUnavailableError: a portion could not be entered, and was not erased.
    """
    rules = periods_of(folder, model).at(eraser.clock.now())
    going = sum(eraser.plan(rules).goes.values())
    if not going and not eraser.is_any_waiting(rules):
        return
    of = 1 + going // _PORTION
    records = raw_rows = 0
    entities = set[str]()
    for number in range(of):
        made = eraser.erase_due(rules, portion=Portion(number=number, of=of))
        if isinstance(made, Erasure):
            records += sum(made.records.values())
            entities |= made.records.keys()
            raw_rows += made.raw_rows
        if entities and number + 1 == of:
            eraser.sweep(sorted(entities))
        yield Applied(done=number + 1, of=of, records=records, raw_rows=raw_rows)


def apply_by_itself(folder: Path, model: Catalogue, eraser: Eraser) -> None:
    """Erase what the rules let go, where the file says that a running node does so; else nothing."""
    if periods_of(folder, model).by_itself:
        for _ in apply(folder, model, eraser):
            pass
