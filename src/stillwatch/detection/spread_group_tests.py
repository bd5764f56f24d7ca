"""Have groups tested by workers: processes of this machine, or the executors of Spark.

    if is_worth_spreading(candidates):
        tests = spread_group_tests(scene, candidates, asked, Workers(spread=ProcessSpread(8), folder=spill), progress)

What workers need is written once, to a file that they map; they answer with rows of that table by number. The tests
are those of `group_tests`, in its order, however many the workers.
"""

from __future__ import annotations

import io
import pickle
import platform
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError
from stillwatch.detection.group_tests import Asked, Candidate, GroupTest, group_tests
from stillwatch.detection.one_blas_thread import one_blas_thread
from stillwatch.logs.mapped import read_mapped, write_mapped
from stillwatch.logs.window_rows import RowsOf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.detection.scene import Scene
    from stillwatch.logs.spread import Spread

_EACH: Final = 2000
"""Exchanges whose looks cost as much as what a test costs however small the group."""
_TASK: Final = 20_000
"""Cost of a task at least, in exchanges, so that tasks are neither many nor long."""
_LEAST_COST: Final = 1_500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Who tests groups."""

    spread: Spread
    folder: Path
    """Where they find what they need, by the same path as here."""
    count: int | None = None
    """How many share the cores of this machine; None = they have cores of their own."""
    least_cost: int = _LEAST_COST
    """Cost of the tests, in exchanges, that is worth the start of workers where they take all of it off this one."""

    def are_worth(self, candidates: Sequence[Candidate]) -> bool:
        """Whether there is so much to test that workers gain more than it takes to start them."""
        saved = 1.0 if self.count is None else 1 - 1 / self.count
        return saved * sum(map(_cost, candidates)) >= self.least_cost


def spread_group_tests(
    scene: Scene,
    candidates: Sequence[Candidate],
    asked: Asked,
    workers: Workers,
    progress: Callable[[str, int, int], None],
) -> list[GroupTest]:
    """Test groups as `group_tests` does, one after the other.

    Raises:
        SettingsError: A worker does not see the folder.
        StillwatchError: The workers failed otherwise.
    """
    file, shared, tasks = workers.folder / "candidates", _shared(candidates), _tasks(candidates)
    found: list[list[GroupTest]] = [[] for _ in candidates]
    progress(_STAGE, 0, len(candidates))
    write_mapped(file, (_for_tests(scene), candidates, _without_cases(asked)))
    try:
        answers = workers.spread(partial(_answer, file), tasks, "test groups")
        done = 0
        for task, answer in zip(tasks, answers, strict=True):
            for place, tests in zip(task, _Unpickler(answer, shared).load(), strict=True):
                found[place] = tests
            done += len(task)
            progress(_STAGE, done, len(candidates))
    finally:
        file.unlink()
    return [test for tests in found for test in tests]


_STAGE: Final = "testing groups"


def _cost(candidate: Candidate) -> int:
    return _EACH + len(candidate.events)


def _tasks(candidates: Sequence[Candidate]) -> list[tuple[int, ...]]:
    """Places of the groups of each task: the costliest first, so that none is left to the end."""
    out, some, cost = [], [], 0
    for place in sorted(range(len(candidates)), key=lambda at: -_cost(candidates[at])):
        some.append(place)
        cost += _cost(candidates[place])
        if cost >= _TASK:
            out.append(tuple(some))
            some, cost = [], 0
    return [*out, tuple(some)] if some else out


def _for_tests(scene: Scene) -> Scene:
    """The scene without text of the accounts file: no test reads it, and each worker would hold it anew."""
    return replace(scene, registry=replace(scene.registry, email_domain=(), organisation=()))


def _without_cases(asked: Asked) -> Asked:
    """Cases make worlds by functions that have no name to be pickled by; only tests of ours read them."""
    links = tuple(replace(link, cases=()) for link in asked.links)
    return asked._replace(links=links, signals=tuple(replace(signal, cases=()) for signal in asked.signals))


@one_blas_thread()
def _answer(file: Path, task: tuple[int, ...]) -> bytes:
    """In a worker: the tests of some groups, with what this process and the other one share named by number."""
    try:
        scene, candidates, asked = read_mapped(file)
    except OSError as error:
        mend = "put --store on a path that the driver and every executor reach"
        raise SettingsError(f"{platform.node()} cannot read it: {error}", where=str(file), mend=mend) from error
    packed = io.BytesIO()
    tests = [[_bare(test) for test in group_tests(scene, candidates[place], asked)] for place in task]
    _Pickler(packed, _shared(candidates)).dump(tests)
    return packed.getvalue()


def _bare(test: GroupTest) -> GroupTest:
    """A test without the answers that its groups remember: they are as large as the groups."""
    if test.kept is None:
        return test
    tested, split = test.kept.tested, replace(test.kept.split)
    core = split if tested.suspects is test.kept.split else replace(tested.suspects)
    return test._replace(kept=test.kept._replace(tested=tested._replace(suspects=core), split=split))


def _shared(candidates: Sequence[Candidate]) -> list[Any]:
    """What driver and workers both have, in the same order: the tables of exchanges, and the groups as proposed."""
    found: dict[int, Any] = {}
    for proposal, events in candidates:
        table = events.columns.table if isinstance(events.columns, RowsOf) else events.columns
        found |= {id(one): one for one in (proposal, events.models, table)}
    return list(found.values())


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, shared: Sequence[Any]) -> None:
        super().__init__(file, protocol=5)
        self._places = {id(one): place for place, one in enumerate(shared)}

    def persistent_id(self, obj: Any) -> int | None:
        """The number of what is shared."""
        return self._places.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, answer: bytes, shared: Sequence[Any]) -> None:
        super().__init__(io.BytesIO(answer))
        self._shared = shared

    def persistent_load(self, pid: Any) -> Any:
        """What has the number."""
        return self._shared[pid]
