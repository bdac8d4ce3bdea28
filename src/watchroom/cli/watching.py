"""Progress of a batch on a terminal; none in a pipe."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from watchroom.ingest.progress import Progress as Told
    from watchroom.ingest.progress import Step

R = TypeVar("R")


def watched(work: "Callable[[Told | None], R]") -> R:
    """What `work` gives, which is told of what to call with each step; nothing, where nobody watches."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        return work(None)
    said, rows = TextColumn("{task.description}"), TextColumn("{task.fields[rows]}")
    with Progress(SpinnerColumn(), said, MofNCompleteColumn(), rows, console=console, transient=True) as progress:
        task = progress.add_task("read", total=None, rows="")

        def told(step: "Step") -> None:
            number = f"{step.rows:,} rows" if step.name else ""
            what = f"{step.what} {step.name}"
            progress.update(task, description=what, completed=step.done, total=step.of or None, rows=number)

        return work(told)
