"""What is left to do of logs that were looked over: which blocks become parts, of which number, and who reads what.

Names and numbers are those that `ingest` gives to the same files in the same order.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.logs.file_blocks import BLOCK_BYTES, Block
from stillwatch.logs.make_part import name_of_part, rejects_to_plain
from stillwatch.logs.rejects import Rejects
from stillwatch.logs.store import StoredInput, part_name
from stillwatch.logs.survey import Site, Survey, block_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stillwatch.logs.ingest import Sealing
    from stillwatch.logs.log_file import LogFile
    from stillwatch.logs.part_numbers import PartNumbers
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.store import Store


class NewBlock(NamedTuple):
    """A block that is to become a part, or only to be committed to (number -1)."""

    site: Site
    name: str
    number: int
    commit: Callable[[Block], None] | None


class Run(NamedTuple):
    """Blocks of one file that one worker reads, in order."""

    log: LogFile
    formats: tuple[str, ...]
    blocks: tuple[NewBlock, ...]

    @property
    def size_bytes(self) -> int:
        return sum(new.site.size_bytes for new in self.blocks)


class SpreadPlan:
    """Told of file after file, it knows what the store will know of each, and the runs that make it so."""

    def __init__(self, store: Store, reading: Reading, numbers: PartNumbers, sealing: Sealing | None) -> None:
        self._store, self._reading, self._numbers, self._sealing = store, reading, numbers, sealing
        self._named: set[str] = set()
        self.runs: list[Run] = []

    def entry(self, log: LogFile, survey: Survey) -> StoredInput:
        """What the store will know of a file; its runs are planned on the way."""
        known = self._store.whole_input(log.name, survey.sha256)
        if known is not None:
            known = replace(known, stamp=log.stamp)
        if known is not None and survey.sites is None:
            return known
        is_sealed = self._sealing is not None and self._sealing.wants(survey.sha256)
        names: list[str] = []
        blocks = []
        for site in survey.sites or ():
            name = name_of_part(site.digest, survey.formats, self._reading)
            if name in names:
                name = part_name(name, str(site.place))  # the same bytes twice in one file are two blocks
            names.append(name)
            new = NewBlock(site, name, self._number(name), self._commit(log, survey, site) if is_sealed else None)
            if new.number >= 0 or new.commit is not None:
                blocks.append(new)
        self.runs.extend(_runs(log, survey.formats, blocks))
        if known is not None:
            return known
        return StoredInput(
            path=log.name,
            sha256=survey.sha256,
            size_bytes=log.size_bytes,
            formats=survey.formats,
            parts=tuple(names),
            rejects=rejects_to_plain(Rejects()),
            complete=not any(site.fault for site in survey.sites or ()),
            stamp=log.stamp,
        )

    def _number(self, name: str) -> int:
        if name in self._named or self._store.has_part(name):
            return -1
        self._named.add(name)
        return self._numbers.take()

    def _commit(self, log: LogFile, survey: Survey, site: Site) -> Callable[[Block], None] | None:
        return (
            None
            if self._sealing is None
            else self._sealing.saw(survey.sha256, block_of(log.path or Path(log.name), site))
        )


def _runs(log: LogFile, names: tuple[str, ...], blocks: Sequence[NewBlock]) -> Iterator[Run]:
    """Each block that can be read alone is a run; the others of the file are one."""
    for is_direct, some in groupby(blocks, key=lambda new: new.site.is_direct):
        if is_direct:
            yield from (Run(log, names, (new,)) for new in some)
        else:
            yield Run(log, names, tuple(some))


def together(runs: Sequence[Run]) -> Iterator[tuple[Run, ...]]:
    """Runs in their order, small ones together up to a block's size."""
    some: list[Run] = []
    for run in runs:
        some.append(run)
        if sum(one.size_bytes for one in some) >= BLOCK_BYTES:
            yield tuple(some)
            some = []
    if some:
        yield tuple(some)
