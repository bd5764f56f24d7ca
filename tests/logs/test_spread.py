"""Work goes on in this process where those who were to do it fail."""

from __future__ import annotations

from stillwatch.core.errors import InternalError
from stillwatch.logs.spread import OrHere


def breaks_off(work, tasks, what):
    yield work(tasks[0])
    raise InternalError(f"nobody could {what}", mend="wait")


def test_what_others_leave_undone_is_done_here_and_told_of() -> None:
    done = []
    spread = OrHere(breaks_off)
    assert list(spread(lambda task: done.append(task) or task.upper(), ["a", "b", "c"], "shout")) == ["A", "B", "C"]
    assert done == ["a", "b", "c"]
    assert spread.warnings == ["one process alone had to shout: nobody could shout (wait)"]


def test_nothing_is_told_of_work_that_others_did() -> None:
    spread = OrHere(lambda work, tasks, _what: map(work, tasks))
    assert list(spread(str.upper, ["a", "b"], "shout")) == ["A", "B"]
    assert spread.warnings == []
