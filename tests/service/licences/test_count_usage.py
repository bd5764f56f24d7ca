"""What was used is counted once, and a receipt holds against the licensee's records alone where they are the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange
from licensed import NOW, licence, log_of
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.licence import Used
from stillwatch.service.licences.count_usage import check_receipt, count_usage

if TYPE_CHECKING:
    from pathlib import Path


def own_records(path: Path, numbers: range) -> Path:
    """What the licensee kept, in an order and spelling of its own."""
    lines = [
        {
            "output_tokens": 20 + number % 7,
            "id": f"resp-{number}",
            "model": "model-large",
            "answer_sha256": hashlib.sha256(b"For counting.").hexdigest().upper(),
        }
        for number in reversed(numbers)
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", "utf-8")
    return path


def test_both_sides_come_to_the_same(tmp_path: Path) -> None:
    listed = tmp_path / "list.jsonl"
    counted = count_usage(licence(), log_of(tmp_path / "a"), at=NOW, listed=listed)
    assert counted.receipt.used == Used(5, 0, sum(20 + number % 7 for number in (1, 3, 5, 7, 9)))
    assert (counted.others, counted.not_covered, counted.failed, counted.faults) == (5, 0, 0, ())
    assert check_receipt(counted.receipt, own_records(tmp_path / "own.jsonl", range(1, 10, 2))) == 5
    assert check_receipt(counted.receipt, listed) == 5


def test_what_is_read_twice_counts_once(tmp_path: Path) -> None:
    one = exchange(1, "acct-1")
    counted = count_usage(licence(), log_of(tmp_path, one, one, exchange(3, "acct-1")), at=NOW, listed=None)
    assert counted.receipt.used.prompts == 2


@pytest.mark.parametrize(
    ("numbers", "what"),
    [
        (range(1, 8, 2), "counts 5 exchanges, these records 4"),
        (range(1, 12, 2), "counts 5 exchanges, these records 6"),
        (range(3, 12, 2), "output tokens"),
        (range(15, 24, 2), "not the same ones"),
    ],
)
def test_other_records_do_not_hold(tmp_path: Path, numbers: range, what: str) -> None:
    receipt = count_usage(licence(), log_of(tmp_path / "a"), at=NOW, listed=None).receipt
    with pytest.raises(VerificationError, match=what):
        check_receipt(receipt, own_records(tmp_path / "own.jsonl", numbers))


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    receipt = count_usage(licence(), log_of(tmp_path / "a"), at=NOW, listed=None).receipt
    (tmp_path / "own.jsonl").write_text('{"id": "a"}\n', "utf-8")
    with pytest.raises(InputError, match=r"own\.jsonl:1: no record of an exchange"):
        check_receipt(receipt, tmp_path / "own.jsonl")


def test_nothing_used_is_a_receipt_too(tmp_path: Path) -> None:
    receipt = count_usage(licence(accounts=("nobody",)), log_of(tmp_path / "a"), at=NOW, listed=None).receipt
    (tmp_path / "own.jsonl").touch()
    assert (receipt.used, receipt.root) == (Used(), hashlib.sha256(b"").hexdigest())
    assert check_receipt(receipt, tmp_path / "own.jsonl") == 0
