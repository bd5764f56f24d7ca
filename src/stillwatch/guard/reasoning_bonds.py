"""To whom each signed or encrypted block of reasoning was handed out, in flat arrays.

>>> bonds = ReasoningBonds(capacity=8, seed=7)
>>> bonds.bind(RequestFacts("r-1", 0.0, account_id="a-1", session_id="s-1", model="m"), ["sig"])
>>> asked = RequestFacts("r-2", 9.0, account_id="a-2", session_id="s-1", model="m", reasoning_in=("sig",))
>>> bonds.foreign(asked)
(<Foreign.ACCOUNT: 'account'>,)

Engines hand reasoning out signed or encrypted, so that a customer can hand it in again with the next turn. A block
that is handed in by another account, user or organisation, in another session or to another model was carried there:
reasoning is being pooled. Only hashes are kept, of the block and of who had it. A block that was never seen here, or so
long ago that newer ones took its place, says nothing, and neither does a name that one of the two requests lacks.
"""

from __future__ import annotations

import array
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

import xxhash

from stillwatch.core.request_facts import Foreign, RequestFacts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from stillwatch.guard.shared_arrays import SharedArrays

_PROBES: Final = 16
"""How far from its place a block is looked for; where all of these are taken the oldest gives way."""
_LOW: Final = 2**32 - 1
_IN_ORDER: Final = (Foreign.ACCOUNT, Foreign.USER, Foreign.ORGANISATION, Foreign.SESSION, Foreign.MODEL)
_WIDTH: Final = len(_IN_ORDER)


class ReasoningBonds:
    """The last blocks that were handed out, up to `capacity` (a power of two), of 32 bytes each whatever their number.

    Args:
        capacity: Blocks that are remembered.
        seed: Of the hashes, drawn anew for each guard so that nobody can aim at a collision.
        shared: Arrays that several processes have in common: what one hands out the others know.
    """

    def __init__(self, capacity: int = 2**20, *, seed: int, shared: SharedArrays | None = None) -> None:
        self._blocks: Any = shared.take("Q", capacity) if shared else array.array("Q", bytes(8 * capacity))
        self._holders: Any = (
            shared.take("I", _WIDTH * capacity) if shared else array.array("I", bytes(4 * _WIDTH * capacity))
        )
        self._bound_at: Any = shared.take("I", capacity) if shared else array.array("I", bytes(4 * capacity))
        self._changing: AbstractContextManager[object] = shared or nullcontext()
        self._mask = capacity - 1
        self._seed = seed

    def bind(self, facts: RequestFacts, signatures: Iterable[str]) -> None:
        """Note that the reply to a request hands these out. Whoever had one first keeps it."""
        holder = [self._short(name) for name in _names(facts)]
        for signature in signatures:
            block = self._hash(signature)
            with self._changing:
                if self._find(block) < 0:
                    self._enter(block, holder, int(facts.at) & _LOW)

    def foreign(self, facts: RequestFacts) -> tuple[Foreign, ...]:
        """In what the blocks that a request hands in were handed out to another; empty where in nothing."""
        if not facts.reasoning_in:
            return ()
        own = [self._short(name) for name in _names(facts)]
        found = 0
        for signature in facts.reasoning_in:
            if (place := self._find(self._hash(signature))) < 0:
                continue
            for number, short in enumerate(own):
                had = self._holders[place * _WIDTH + number]
                found |= (0 != short != had != 0) << number
        return tuple(name for number, name in enumerate(_IN_ORDER) if found >> number & 1)

    def _enter(self, block: int, holder: list[int], bound_at: int) -> None:
        """Take the best place; the block's number comes last, so that no other process finds it without its holder."""
        place = self._place(block)
        self._blocks[place] = 0
        for number, short in enumerate(holder):
            self._holders[place * _WIDTH + number] = short
        self._bound_at[place] = bound_at
        self._blocks[place] = block

    def _find(self, block: int) -> int:
        for step in range(_PROBES):
            place = (block + step) & self._mask
            if self._blocks[place] == block:
                return place
        return -1

    def _place(self, block: int) -> int:
        near = [(block + step) & self._mask for step in range(_PROBES)]
        empty = next((place for place in near if not self._blocks[place]), None)
        return min(near, key=self._bound_at.__getitem__) if empty is None else empty

    def _hash(self, signature: str) -> int:
        return xxhash.xxh3_64_intdigest(signature.encode("utf-8", "surrogatepass"), self._seed) or 1

    def _short(self, name: str) -> int:
        """32 bits of a name; 0 = none is given."""
        return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass"), self._seed) & _LOW or 1 if name else 0


def _names(facts: RequestFacts) -> tuple[str, ...]:
    """In the order of `_IN_ORDER`."""
    return (
        facts.account_id or facts.api_key_id,
        facts.user_id or facts.end_user_id,
        facts.org_id,
        facts.session_id,
        facts.model,
    )
