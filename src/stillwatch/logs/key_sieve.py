"""Leave out keys that cannot tie accounts before the engine sees them: most keys of a log are used once.

One pass counts the keys in a table of saturating counters, addressed by hash: a key whose counter stays below the least
is on fewer exchanges than that, because keys that fall on one counter only ever add to it. A second pass keeps the
rows of the other keys. So nothing that the exact query asks for is lost; some of what it does not is kept.

Memory is the table and one part of the store; both passes read Parquet in order, so the cost is linear in the rows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
import pyarrow.parquet as pq

from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.sketching import KEY_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

_LEAST_BITS: Final = 16
_MOST_BITS: Final = 26  # a quarter of a gigabyte of counters
_MEMORY_SHARE: Final = 16
_MOST_COUNT: Final = 255  # the low byte of a slot
_MANY: Final = 256  # the next bit: accounts of more than one tag
_TAG_BITS: Final = 23
_TELLING_ACCOUNTS: Final = 3
"""From so many accounts on it is safe to drop what shows one tag: all of them would have to share their 23 bits."""
_LAST_TIE: Final = int(KeyKind.REASONING_IN) - 1
_RECEIVED: Final = int(KeyKind.REASONING_OUT)


def sieve_keys(
    paths: Sequence[str], out: Path, *, least_exchanges: int, least_accounts: int, memory_bytes: int
) -> list[str]:
    """Write the rows of keys that may be on `least_exchanges` and `least_accounts` to files under `out`.

    Signed reasoning blocks are kept whole where any is handed in, and left out where none is: nothing can be replayed.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    slots = np.zeros(_slots(rows, memory_bytes), np.uint32)
    handed_in = 0
    for table in _ahead(paths, _read):
        handed_in += int(_count(_arrays(table), slots))
    least = min(least_exchanges, _MOST_COUNT)
    is_plural = least_accounts >= _TELLING_ACCOUNTS
    written = []
    for number, table in enumerate(_ahead(paths, _read)):
        kept = _kept(_arrays(table), slots, (least, is_plural, handed_in > 0))
        path = out / f"{number}.parquet"
        pq.write_table(table.filter(kept), path, compression="lz4", use_dictionary=["kind", "account_key"])
        written.append(str(path))
    return written


def _slots(rows: int, memory_bytes: int) -> int:
    bits = max(_LEAST_BITS, int(np.ceil(np.log2(max(1, rows)))))
    afford = int(np.log2(max(1, memory_bytes // _MEMORY_SHARE // np.dtype(np.uint32).itemsize)))
    return 1 << min(bits, _MOST_BITS, max(_LEAST_BITS, afford))


def _read(path: str) -> pa.Table:
    return pq.read_table(path, columns=KEY_SCHEMA.names)


def _ahead(paths: Sequence[str], read: Callable[[str], pa.Table]) -> Iterator[pa.Table]:
    """Read one part ahead: decoding works without the interpreter's lock, and so does the counting."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(read, paths[0]) if paths else None
        for following in [*paths[1:], ""]:
            if waiting is None:
                return
            table = waiting.result()
            waiting = pool.submit(read, following) if following else None
            yield table


def _arrays(table: pa.Table) -> tuple[Any, ...]:
    """Kind, key and account of each row."""
    return tuple(table[name].combine_chunks().to_numpy() for name in ("kind", "share_key", "account_key"))


@numba.njit(cache=True)
def _slot_of(kind: Any, key: Any, mask: Any) -> Any:
    # The keys are hashes already; the kind only has to send equal hashes of two kinds apart.
    mixed = (np.uint64(key) ^ (np.uint64(kind) * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xD6E8FEB86659FD93)
    return (mixed >> np.uint64(32)) & mask


@numba.njit(cache=True, nogil=True)
def _count(rows: Any, slots: Any) -> int:
    """Count keys into `slots`; give how many reasoning blocks were handed in."""
    kind, key, account = rows
    mask = np.uint64(slots.shape[0] - 1)
    handed_in = 0
    for row in range(kind.shape[0]):
        if kind[row] > _LAST_TIE:
            handed_in += kind[row] != _RECEIVED
            continue
        place = _slot_of(kind[row], key[row], mask)
        slot = slots[place]
        tag = np.uint32(np.uint64(account[row]) >> np.uint64(64 - _TAG_BITS)) << np.uint32(9)
        if slot == 0:
            slots[place] = tag | np.uint32(1)
            continue
        if (slot >> np.uint32(9)) != (tag >> np.uint32(9)):
            slot |= np.uint32(_MANY)
        if (slot & np.uint32(_MOST_COUNT)) < _MOST_COUNT:
            slot += np.uint32(1)
        slots[place] = slot
    return handed_in


@numba.njit(cache=True, nogil=True)
def _kept(rows: Any, slots: Any, wanted: Any) -> Any:
    """Which rows to keep, for (least count, whether of several accounts, whether blocks are handed in)."""
    kind, key, _ = rows
    least, is_plural, has_replays = wanted
    mask = np.uint64(slots.shape[0] - 1)
    out = np.zeros(kind.shape[0], np.bool_)
    for row in range(kind.shape[0]):
        if kind[row] > _LAST_TIE:
            out[row] = has_replays
            continue
        slot = slots[_slot_of(kind[row], key[row], mask)]
        out[row] = (slot & np.uint32(_MOST_COUNT)) >= least and (not is_plural or (slot & np.uint32(_MANY)) != 0)
    return out
