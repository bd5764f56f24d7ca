from __future__ import annotations

import json

import pytest

from licensed import KEY, NOW, OTHER, PUBLIC
from stillwatch.attribution.receipt import KIND, Receipt, UsedExchange, entry_of_exchange, read_receipt, write_receipt
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.licence import Used
from stillwatch.signing.jws import write_jws

RECEIPT = Receipt(
    licence="g-1", issuer="lab.example", licensee="Harbour", issued_at=NOW, used=Used(3, 4, 5), root="ab" * 32
)


def test_a_receipt_is_read_as_it_was_written() -> None:
    assert read_receipt(write_receipt(RECEIPT, KEY), [PUBLIC]) == RECEIPT
    with pytest.raises(VerificationError):
        read_receipt(write_receipt(RECEIPT, OTHER), [PUBLIC])


@pytest.mark.parametrize("usage", [None, {}, {"licence": "g-1", "root": "zz"}])
def test_other_claims_are_no_receipt(usage: object) -> None:
    with pytest.raises(InputError, match="no receipt"):
        read_receipt(write_jws({"iss": "i", "sub": "s", "iat": 1, "usage": usage}, KIND, KEY), [PUBLIC])


def test_an_entry_is_json_that_anybody_can_write() -> None:
    one = UsedExchange("résp-1", "m", 7, "ab" * 32)
    assert (
        entry_of_exchange(one)
        == json.dumps(
            {"answer_sha256": "ab" * 32, "id": "résp-1", "model": "m", "output_tokens": 7},
            separators=(",", ":"),
            ensure_ascii=False,
        ).encode()
    )
