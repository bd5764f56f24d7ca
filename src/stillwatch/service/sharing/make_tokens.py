"""Make tokens of values: under the key of a pair, or by asking the holders of an epoch's key.

made = epoch_tokens(values, epoch, asking, known=read_tokens(kept))
made.tokens, made.refused

What has a token already is not asked again, so that a quota is spent on what is new; two spellings of one value are
asked once. A value that nobody else would write alike is refused by itself and named, never dropped in silence.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, PeerError
from stillwatch.core.indicator import Form
from stillwatch.intel.oprf import blind, finalise
from stillwatch.intel.private_input import private_input
from stillwatch.service.sharing.token_file import ToCompare, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stillwatch.intel.match_epoch import Epoch, Holder
    from stillwatch.intel.oprf import Answer
    from stillwatch.intel.pairwise import PairKey
    from stillwatch.intel.ristretto import Ristretto

_BATCH: Final = 1_024


class RefusedValue(NamedTuple):
    place: int
    """1 for the first value."""
    why: str


class Made(NamedTuple):
    tokens: tuple[Token, ...]
    """In the order of the values."""
    refused: tuple[RefusedValue, ...]
    asked: int = 0
    """How many values were asked about and answered."""
    stopped_by: str = ""
    """Why the rest has no tokens: what was answered before is kept, since it was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How the holders of an epoch's key are asked."""

    group: Ristretto
    ask: Callable[[Holder, str, Sequence[bytes]], Answer]
    """Asks a holder, under its own id of the epoch, about elements."""
    progress: Callable[[int, int], None] = lambda done, whole: None  # noqa: ARG005
    """Told how many of how many are done."""


def pair_tokens(values: Iterable[ToCompare], key: PairKey) -> Made:
    """Tokens under the key of a pair."""
    plain, refused = _inputs(values)
    made = {one: key.token(one) for one in set(plain.values())}
    return _made(plain, made, refused, (Form.PAIRWISE, key.id))


def epoch_tokens(values: Iterable[ToCompare], epoch: Epoch, asking: Asking, known: Iterable[Token] = ()) -> Made:
    """Tokens of an epoch, batch by batch.

    Args:
        values: What is to be compared.
        epoch: As all members know it.
        asking: How to ask.
        known: What was made before; of other epochs nothing is taken.

    Raises:
        PeerError: A holder does not answer, or refuses, from the first batch on.
        VerificationError: A holder answers with another key than the epoch's.
    """
    plain, refused = _inputs(values)
    made = {
        private_input(one.kind, one.value): base64.urlsafe_b64decode(one.token + "==")
        for one in known
        if (one.form, one.key_id) == (Form.OPRF, epoch.id) and one.value
    }
    new = [one for one in dict.fromkeys(plain.values()) if one not in made]
    done, stopped_by = 0, ""
    for place in range(0, len(new), _BATCH):
        batch = new[place : place + _BATCH]
        try:
            made.update(zip(batch, _asked(batch, epoch, asking), strict=True))
        except PeerError as error:
            if place == 0:
                raise
            stopped_by = str(error)
            break
        done += len(batch)
        asking.progress(done, len(new))
    return _made(plain, made, refused, (Form.OPRF, epoch.id))._replace(asked=done, stopped_by=stopped_by)


def _asked(batch: Sequence[bytes], epoch: Epoch, asking: Asking) -> list[bytes]:
    blinded = blind(asking.group, batch)
    answers = [
        (one.public, asking.ask(one, replace(epoch, holders=(one,)).id, blinded.elements)) for one in epoch.holders
    ]
    return finalise(asking.group, blinded, answers)


def _inputs(values: Iterable[ToCompare]) -> tuple[dict[ToCompare, bytes], list[RefusedValue]]:
    plain, refused = dict[ToCompare, bytes](), list[RefusedValue]()
    for place, one in enumerate(values, 1):
        try:
            plain[one] = private_input(one.kind, one.value)
        except InputError as error:
            refused.append(RefusedValue(place, str(error)))
    return plain, refused


def _made(
    plain: dict[ToCompare, bytes], made: dict[bytes, bytes], refused: list[RefusedValue], under: tuple[Form, str]
) -> Made:
    tokens = tuple(
        Token(*under, one.kind, base64.urlsafe_b64encode(made[of]).rstrip(b"=").decode(), one.value, one.label)
        for one, of in plain.items()
        if of in made
    )
    return Made(tokens, tuple(refused))
