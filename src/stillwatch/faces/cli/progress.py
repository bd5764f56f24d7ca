"""Progress of long work on a terminal; silent in a pipe."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console


class _Count(ProgressColumn):
    """How much is done of what nobody knows the end of."""

    def render(self, task: Task) -> Text:
        return Text("" if task.total or not task.completed else f"{task.completed:,.0f}")


@contextmanager
def shown_progress(console: Console, *, is_quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that takes the stage, how much is done and how much there is."""
    if is_quiet or not console.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        TaskProgressColumn(),
        _Count(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield show
