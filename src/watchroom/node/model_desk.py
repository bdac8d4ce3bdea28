"""What an agency adds to the model of its node: planned, then applied, each part of it known before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from watchroom.audit.entries import Act, Entry
from watchroom.kernel.errors import WatchroomError
from watchroom.model.catalogue import Catalogue
from watchroom.node.charter import charter_of
from watchroom.node.create import CHARTER_FILE
from watchroom.node.model_files import declared_extension, declared_model, put_in_force
from watchroom.node.node import Node
from watchroom.node.settings import operator
from watchroom.policy.agreement import load_agreement
from watchroom.policy.errors import AgreementError
from watchroom.store.dropping import Standpoint
from watchroom.store.model_plan import Plan, Planned, apply_additions, apply_destructive, plan


class StillAgreedError(WatchroomError):
    """The charter or an agreement shows what the model is to have no longer."""


class DestructiveError(WatchroomError):
    """What is to be applied takes something away, and that was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """What the agency's files would change in a node.

    Attributes:
        tables: the changes of its tables.
        is_news: whether the files say anything else than what is in force, be it only a word.
    """

    tables: Plan
    is_news: bool

    def as_json(self) -> dict[str, object]:
        """The form that the command gives; more keys may come, these keep their names."""
        return {"is_news": self.is_news, "changes": [row_of(one) for one in shown(self.tables.changes)]}


def shown(changes: Sequence[Planned]) -> list[Planned]:
    """The changes that somebody has to know of: the indexes of a new table are part of it."""
    return [one for one in changes if one.change.index is None or not one.change.is_new]


def row_of(one: Planned) -> dict[str, object]:
    """One change as a row; `how` is `additive`, `destructive` or `refused`."""
    return {
        "change": one.change.kind.value,
        "table": one.change.table,
        "column": one.change.column or ", ".join(one.change.index.columns if one.change.index else ()) or None,
        "how": "refused" if one.refusal else "destructive" if one.is_destructive else "additive",
        "rows": one.rows,
        "lost": one.lost,
        "why": one.refusal or None,
    }


def planned_model(node: Node) -> ModelPlan:
    """What `model/*.yaml` would change; nothing is changed.

    Raises:
        ExtensionFault, ModelFileError: the files cannot be meant, or read.
        StillAgreedError: the charter or an agreement shows what would be gone.
    """
    declared = declared_model(node.folder)
    _require_agreed(node, declared)
    return ModelPlan(tables=plan(node.database, declared, seen_from=_here(node)), is_news=declared != node.model)


def applied_model(node: Node, *, destructive: bool = False) -> ModelPlan:
    """Make the node's model what `model/*.yaml` says. A process that has the node open goes by it when opened anew.

    Args:
        node: open.
        destructive: also drop what the files no longer name, with what stands in it.

    Raises:
        ExtensionFault, ModelFileError: the files cannot be meant, or read.
        StillAgreedError: the charter or an agreement shows what would be gone.
        DestructiveError: something would be dropped, and `destructive` was not asked for.
        NotPossibleError, TablesBusyError: see `store.model_plan`.
        AuditUnavailableError: it could not be entered; nothing was changed.
    """
    found = planned_model(node)
    _require_asked_for(found.tables, destructive=destructive)
    declared = declared_model(node.folder)
    # INVARIANT: tables have what the model in force names, whenever this is cut off: what is added comes before it is
    # in force, and what is dropped goes after it no longer is.
    added = partial(_enter, node, "added", is_news=found.is_news)
    apply_additions(node.database, declared, seen_from=_here(node), before_commit=added)
    put_in_force(node.folder, declared_extension(node.folder))
    if found.tables.destructive:
        dropped = partial(_enter, node, "dropped", is_news=True)
        apply_destructive(node.database, declared, seen_from=_here(node), before_commit=dropped)
    return found


def _here(node: Node) -> Standpoint:
    return Standpoint(model=node.model, at=node.clock.now())


def _require_asked_for(found: Plan, *, destructive: bool) -> None:
    if found.refused:
        raise DestructiveError(found.refused[0].refusal)
    if found.destructive and not destructive:
        lost = ", ".join(_loss(one) for one in found.destructive)
        raise DestructiveError(f"this would lose {lost}; ask for it with `--destructive`, or leave it in the files")


def _loss(one: Planned) -> str:
    if one.change.column:
        return f"{one.lost} values of `{one.change.table}.{one.change.column}`"
    return f"{one.lost} rows of `{one.change.table}`"


def _require_agreed(node: Node, declared: Catalogue) -> None:
    """Nothing, unless what is agreed could no longer be read."""
    texts = [(CHARTER_FILE, charter_of(node.folder))]
    held = {one.digest for one in node.agreements.in_force()}
    kept = (one for one in node.agreements.kept() if one.agreement.digest in held)
    texts += [(one.agreement.name, one.document) for one in kept]
    for where, text in texts:
        try:
            load_agreement(text, where=where, model=declared)
        except AgreementError as fault:
            raise StillAgreedError(f"{fault}; take it out of what is agreed before it leaves the model") from None


def _enter(node: Node, did: str, made: Plan, *, is_news: bool) -> None:
    if not made.changes and not is_news:
        return
    node.audit.append(
        Entry(
            act=Act.SETTINGS,
            actor=operator(),
            operator=operator(),
            organisation=node.settings.agency,
            entity="model",
            count=len(made.changes),
            detail={did: _names(made.changes), "lost": ", ".join(_loss(one) for one in made.changes if one.lost)},
        )
    )


def _names(changes: Sequence[Planned]) -> str:
    told = (f"{one.change.table}.{one.change.column}" if one.change.column else one.change.table for one in changes)
    return ", ".join(dict.fromkeys(told))
