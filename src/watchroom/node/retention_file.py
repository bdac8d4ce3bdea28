"""For how long the agency keeps what: `retention.yaml` in the folder of a node, read strictly.

No period is law here and none is assumed: of a rule that the file does not name nothing is ever deleted by time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from watchroom.model.catalogue import Catalogue
from watchroom.policy.form import Form
from watchroom.policy.periods import Period, period_of
from watchroom.store.due import After, Rule

RETENTION_FILE = "retention.yaml"
# What it is kept for is a record that names it, not a time.
_NEVER = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """For how long one rule of the model keeps.

    Attributes:
        text: the duration as the file writes it.
        keep: the same.
        after: what it is counted from.
    """

    text: str
    keep: Period
    after: After


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """What the file says.

    Attributes:
        rules: by name of the model's rule.
        by_itself: a running node applies them; else somebody does.
    """

    rules: Mapping[str, Kept] = field(default_factory=dict[str, Kept])
    by_itself: bool = False

    def at(self, now: datetime) -> tuple[Rule, ...]:
        """The rules at an instant of the node; a period of years and months counts as the longest that it can be."""
        return tuple(
            Rule(name=name, after=kept.after, before=now - kept.keep.at_most) for name, kept in self.rules.items()
        )


def periods_of(folder: Path, model: Catalogue) -> Periods:
    """What the file of the node in `folder` says; nothing, where there is none.

    Raises:
        AgreementError: it is not what is expected, with the line.
    """
    file = folder / RETENTION_FILE
    if not file.exists():
        return Periods()
    form = Form.document(file.read_text(encoding="utf-8", errors="replace"), where=RETENTION_FILE)
    _only(form, ("retention", "by_itself", "classes"))
    if form.number("retention") != 1:
        raise form.fault("`retention` is the version of this form, and there is 1 only", "retention")
    by_itself = form.truth("by_itself") if form.has("by_itself") else False
    classes = form.form("classes")
    _only(classes, tuple(name for name in model.retention if name != _NEVER))
    rules = {name: _kept(classes.form(name)) for name in classes.content()}
    return Periods(rules=rules, by_itself=by_itself)


def _kept(form: Form) -> Kept:
    _only(form, ("keep", "after"))
    text = form.text("keep")
    keep = period_of(text)
    if keep is None:
        raise form.fault("`keep` must be a duration such as `P90D` or `P7Y`", "keep")
    return Kept(text=text, keep=keep, after=After(form.known_one("after", tuple(After))))


def _only(form: Form, known: tuple[str, ...]) -> None:
    for key in form.content():
        if key not in known:
            raise form.fault(f"unknown key `{key}`; there are {', '.join(known)}", key)
