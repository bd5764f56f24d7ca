"""A proof holds for what was proven, and for nothing else."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.oprf_proof import MOST_ELEMENTS, PROOF_BYTES, Evaluating, is_proven, prove
from stillwatch.intel.ristretto import load_ristretto

_GROUP = load_ristretto()
_SECRET = _GROUP.random_scalar()
_PUBLIC = _GROUP.multiply_base(_SECRET)
_ASKED = [_GROUP.multiply_base(_GROUP.random_scalar()) for _ in range(3)]
_ANSWERED = [_GROUP.multiply(_SECRET, one) for one in _ASKED]
_PROOF = prove(_GROUP, Evaluating(_SECRET, _PUBLIC, _ASKED, _ANSWERED), _GROUP.random_scalar())


def test_what_was_proven_is_proven() -> None:
    assert len(_PROOF) == PROOF_BYTES
    assert is_proven(_GROUP, _PUBLIC, _ASKED, _ANSWERED, _PROOF)


def test_one_answer_by_another_key_spoils_the_batch() -> None:
    marked = [*_ANSWERED[:2], _GROUP.multiply(_GROUP.random_scalar(), _ASKED[2])]
    assert not is_proven(_GROUP, _PUBLIC, _ASKED, marked, _PROOF)
    forged = prove(_GROUP, Evaluating(_SECRET, _PUBLIC, _ASKED, marked), _GROUP.random_scalar())
    assert not is_proven(_GROUP, _PUBLIC, _ASKED, marked, forged)


def test_answers_in_another_order_are_not_proven() -> None:
    assert not is_proven(_GROUP, _PUBLIC, _ASKED, _ANSWERED[::-1], _PROOF)
    assert not is_proven(_GROUP, _PUBLIC, _ASKED[::-1], _ANSWERED[::-1], _PROOF)


@pytest.mark.parametrize("place", [0, 31, 32, 63])
def test_a_changed_bit_is_seen(place: int) -> None:
    changed = bytearray(_PROOF)
    changed[place] ^= 1
    assert not is_proven(_GROUP, _PUBLIC, _ASKED, _ANSWERED, bytes(changed))


def test_malformed_proofs_are_no_proofs() -> None:
    for proof in (b"", _PROOF[:-1], _PROOF + b"\x00", bytes(64), b"\xff" * 64):
        assert not is_proven(_GROUP, _PUBLIC, _ASKED, _ANSWERED, proof)
    for public in (b"", bytes(32), b"\xff" * 32, _GROUP.base):
        assert not is_proven(_GROUP, public, _ASKED, _ANSWERED, _PROOF)
    assert not is_proven(_GROUP, _PUBLIC, _ASKED, _ANSWERED[:2], _PROOF)
    assert not is_proven(_GROUP, _PUBLIC, _ASKED, [*_ANSWERED[:2], bytes(32)], _PROOF)
    assert not is_proven(_GROUP, _PUBLIC, [], [], _PROOF)


def test_a_batch_has_a_limit() -> None:
    many = [_GROUP.base] * (MOST_ELEMENTS + 1)
    with pytest.raises(InputError, match="ask for 1 to 65535"):
        prove(_GROUP, Evaluating(_SECRET, _PUBLIC, many, many), _GROUP.random_scalar())
