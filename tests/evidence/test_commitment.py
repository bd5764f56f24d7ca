from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.commitment import CommittedBatch, Opening, check_opening, salt_of
from stillwatch.evidence.merkle_tree import leaf_hash

_SECRET = bytes(range(32))


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=40), st.data())
def test_any_record_is_shown_alone_and_no_other_passes_for_it(records: list[bytes], data: st.DataObject) -> None:
    batch = CommittedBatch.of(records, _SECRET)
    number = data.draw(st.integers(0, len(records) - 1))
    shown = Opening(number, salt_of(_SECRET, number), records[number], tuple(batch.path(number)))
    check_opening(shown, batch.size, batch.root)
    again = CommittedBatch(batch.leaves)
    assert (again.root, again.path(number)) == (batch.root, list(shown.path))
    for wrong in (
        shown._replace(record=shown.record + b"!"),
        shown._replace(salt=bytes(32)),
        shown._replace(number=(number + 1) % (len(records) + 1)),
        shown._replace(path=(*shown.path, bytes(32))),
    ):
        with pytest.raises(VerificationError):
            check_opening(wrong, batch.size, batch.root)


def test_equal_records_have_leaves_that_nobody_can_compare_or_guess() -> None:
    batch = CommittedBatch.of([b"yes", b"yes"], _SECRET)
    first, second = batch.leaves[:32], batch.leaves[32:]
    assert first != second
    assert leaf_hash(b"yes") not in (first, second)
    shown = Opening(0, salt_of(_SECRET, 0), b"yes", tuple(batch.path(0)))
    guesses = {leaf_hash(shown.salt + word) for word in (b"yes", b"no")}
    assert second not in guesses  # the salt that was shown opens one record only


def test_hashes_that_are_cut_short_are_refused() -> None:
    with pytest.raises(InputError, match="33 bytes"):
        CommittedBatch(bytes(33))
