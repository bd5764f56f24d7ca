"""Read the register of what was served: which replies were marked with a key, and how much was marked at all.

    found = read_served([Path("served")])
    found.tallies                                        # per key and fate, how many replies and tokens
    found.are_under("global/2026-11-16", [("r-1", "chatcmpl-7"), ("r-2",)])

Ids are kept as 64-bit hashes: two that share one would let a context more be counted, with chance 2^-64 a pair.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import orjson
import xxhash

from stillwatch.core.errors import InputError
from stillwatch.core.served_mark import Carries
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.files import expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

_NONE: Final = np.empty(0, np.uint64)


class Fate(NamedTuple):
    """What replies have in common in a summary."""

    label: str
    """Of the key; empty where nothing was deployed."""
    key_id: str
    carries: Carries
    why: str


@dataclass(slots=True)
class Tally:
    replies: int = 0
    output_tokens: int = 0
    first_at: str = ""
    last_at: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """What a register holds."""

    tallies: dict[Fate, Tally]
    damaged: int
    """Lines that could not be read; what they told of counts as not served."""
    _ids: dict[str, npt.NDArray[np.uint64]] = field(repr=False)

    def are_under(self, label: str, replies: Sequence[tuple[str, ...]]) -> list[bool]:
        """Which replies, by any of their ids, were marked with the key of a label."""
        known = self._ids.get(label, _NONE)
        hashed = np.array([_hash(one) for ids in replies for one in ids if one], np.uint64)
        owner = np.array([number for number, ids in enumerate(replies) for one in ids if one], np.int64)
        found = np.zeros(len(replies), np.bool_)
        found[owner[_among(hashed, known)]] = True
        return found.tolist()


def read_served(paths: Sequence[str]) -> Served:
    """Read registers: files, folders or globs.

    Raises:
        InputError: There is no file, or one holds no line of a register.
    """
    tallies: dict[Fate, Tally] = defaultdict(Tally)
    ids: dict[str, list[int]] = defaultdict(list)
    damaged = 0
    for line in _lines(paths):
        try:
            read = orjson.loads(line)
            fate = Fate(read.get("label", ""), read.get("key_id", ""), Carries(read["carries"]), read.get("why", ""))
            _add(tallies[fate], read)
        except (ValueError, KeyError, TypeError, AttributeError):
            damaged += 1
            continue
        if fate.carries is Carries.YES:
            ids[fate.label] += [_hash(one) for one in read.get("ids", ()) if isinstance(one, str)]
    if not tallies:
        mend = "name the folder that the guard's settings name as `served`"
        raise InputError("this is no register of what was served", where=", ".join(paths), mend=mend)
    sorted_ids = {label: np.unique(np.array(one, np.uint64)) for label, one in ids.items()}
    return Served(dict(tallies), damaged, sorted_ids)


def _lines(paths: Sequence[str]) -> Iterator[bytes]:
    for path in expand(paths):
        for block in open_blocks(path):
            yield from block.data.splitlines()


def _add(tally: Tally, read: dict[str, Any]) -> None:
    at = str(read["at"])
    tally.replies += 1
    tally.output_tokens += int(read.get("output_tokens", 0))
    tally.first_at = min(tally.first_at or at, at)
    tally.last_at = max(tally.last_at, at)


def _among(hashed: npt.NDArray[np.uint64], known: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(hashed), np.bool_)
    at = np.minimum(np.searchsorted(known, hashed), len(known) - 1)
    return np.equal(known[at], hashed)


def _hash(one: str) -> int:
    return xxhash.xxh3_64_intdigest(one.encode("utf-8", "replace"))
