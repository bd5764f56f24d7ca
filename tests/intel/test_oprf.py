"""Tokens: the same for whoever asks about the same thing, made by nobody alone, and as the RFC has them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.intel.oprf import OprfKey, blind, derive_key, evaluate, finalise, output_of
from stillwatch.intel.ristretto import load_ristretto

_GROUP = load_ristretto()
_KEY = derive_key(_GROUP, bytes(32), b"2026-w48")
_INPUTS = [b"mail", b"phone", b""]


def test_a_member_gets_what_the_key_makes_and_its_asking_shows_nothing() -> None:
    first, second = blind(_GROUP, _INPUTS), blind(_GROUP, _INPUTS)
    assert not set(first.elements) & set(second.elements)
    tokens = [
        finalise(_GROUP, asked, [(_KEY.public, evaluate(_GROUP, _KEY, asked.elements))]) for asked in (first, second)
    ]
    assert tokens == [[output_of(_GROUP, _KEY.secret, one) for one in _INPUTS]] * 2
    assert {len(one) for one in tokens[0]} == {64}


def test_another_epochs_key_makes_other_tokens() -> None:
    other = derive_key(_GROUP, bytes(32), b"2026-w49")
    assert other.public != _KEY.public
    assert output_of(_GROUP, other.secret, b"mail") != output_of(_GROUP, _KEY.secret, b"mail")


def test_a_holder_that_answers_with_a_key_of_its_own_is_found_out() -> None:
    marked, asked = derive_key(_GROUP, bytes(32), b"for this member"), blind(_GROUP, _INPUTS)
    for answer in (
        evaluate(_GROUP, marked, asked.elements),
        evaluate(_GROUP, OprfKey(marked.secret, _KEY.public), asked.elements),
        evaluate(_GROUP, _KEY, asked.elements)._replace(elements=asked.elements),
    ):
        with pytest.raises(VerificationError, match="holder 1: the answer was not made with the epoch's key"):
            finalise(_GROUP, asked, [(_KEY.public, answer)])


def test_of_a_split_key_every_holder_is_needed() -> None:
    shares = [derive_key(_GROUP, bytes(32), name) for name in (b"hub", b"auditor", b"court")]
    asked = blind(_GROUP, _INPUTS)
    answers = [(one.public, evaluate(_GROUP, one, asked.elements)) for one in shares]
    whole = _GROUP.add_scalars(_GROUP.add_scalars(shares[0].secret, shares[1].secret), shares[2].secret)
    assert finalise(_GROUP, asked, answers) == [output_of(_GROUP, whole, one) for one in _INPUTS]
    assert finalise(_GROUP, asked, answers[:2]) != finalise(_GROUP, asked, answers)
    with pytest.raises(VerificationError, match="holder 2"):
        finalise(_GROUP, asked, [answers[0], (shares[1].public, answers[2][1])])
    with pytest.raises(VerificationError, match="nobody has answered"):
        finalise(_GROUP, asked, [])


def test_elements_that_would_tell_the_key_are_refused() -> None:
    for element in (bytes(32), b"\xff" * 32, b"", _GROUP.base[:-1]):
        with pytest.raises(InputError, match="no point of the group"):
            evaluate(_GROUP, _KEY, [_GROUP.base, element])
    with pytest.raises(InputError, match="a batch of 0"):
        evaluate(_GROUP, _KEY, [])
    with pytest.raises(InputError, match="too long"):
        blind(_GROUP, [bytes(65_536)])


def vectors() -> dict[str, Any]:
    """`poc/vectors/allVectors.json` of github.com/cfrg/draft-irtf-cfrg-voprf."""
    path = os.environ.get("STILLWATCH_VOPRF_VECTORS")
    if not path:
        pytest.skip("STILLWATCH_VOPRF_VECTORS names no file of the CFRG's vectors")
    suites = json.loads(Path(path).read_text("utf-8"))
    return next(one for one in suites if one["identifier"] == "ristretto255-SHA512" and one["mode"] == 1)


def test_the_vectors_of_the_rfc() -> None:
    suite = vectors()
    key = derive_key(_GROUP, bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]))
    assert key == (bytes.fromhex(suite["skSm"]), bytes.fromhex(suite["pkSm"]))
    for vector in suite["vectors"]:
        inputs, blinds, elements, answered, tokens = (
            [bytes.fromhex(part) for part in vector[name].split(",")]
            for name in ("Input", "Blind", "BlindedElement", "EvaluationElement", "Output")
        )
        asked = blind(_GROUP, inputs, iter(blinds).__next__)
        assert asked.elements == elements
        nonce = bytes.fromhex(vector["Proof"]["r"])
        answer = evaluate(_GROUP, key, asked.elements, lambda nonce=nonce: nonce)
        assert answer == (answered, bytes.fromhex(vector["Proof"]["proof"]))
        assert finalise(_GROUP, asked, [(key.public, answer)]) == tokens
    assert len(suite["vectors"]) == 3
