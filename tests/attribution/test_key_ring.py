"""Keys of different labels are strangers, commitments open to one secret alone, and labels are read strictly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as some

from stillwatch.attribution.key_ring import Epochs, commitment_of, is_commitment, key_id_of, read_label, secret_of
from stillwatch.core.errors import InputError
from stillwatch.core.mark_label import MarkLabel, MarkLayer

MASTER = bytes(range(32))
EPOCHS = Epochs(begin=date(2026, 11, 16), days=7)
OWNERS = some.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}\Z")


def labels() -> some.SearchStrategy[MarkLabel]:
    epochs = some.dates(date(2020, 1, 1), date(2040, 1, 1)).map(date.isoformat)
    return some.one_of(
        some.builds(MarkLabel, some.sampled_from([MarkLayer.GLOBAL, MarkLayer.SLOT]), some.just(""), epochs),
        some.builds(
            MarkLabel, some.sampled_from([MarkLayer.COHORT, MarkLayer.ACCOUNT, MarkLayer.CODEBOOK]), OWNERS, epochs
        ),
        some.builds(MarkLabel, some.just(MarkLayer.GRANT), OWNERS, some.just("")),
    )


@given(labels())
def test_a_label_is_read_as_it_is_written(label: MarkLabel) -> None:
    assert read_label(str(label)) == label


@given(labels(), labels())
def test_labels_differ_where_their_keys_do(one: MarkLabel, other: MarkLabel) -> None:
    assert (secret_of(MASTER, one) == secret_of(MASTER, other)) == (one == other)


def test_a_secret_is_hkdf_of_the_label() -> None:
    info = b"stillwatch mark key v1\ncohort/c-17/2026-11-16"
    assert secret_of(MASTER, MarkLabel(MarkLayer.COHORT, "c-17", "2026-11-16")) == HKDF(
        SHA256(), 32, salt=b"", info=info
    ).derive(MASTER)


def test_a_commitment_opens_to_its_own_label_and_secret_alone() -> None:
    label, other = MarkLabel(MarkLayer.GRANT, "g-1"), MarkLabel(MarkLayer.GRANT, "g-2")
    secret = secret_of(MASTER, label)
    commitment = commitment_of(label, secret)
    assert is_commitment(commitment, label, secret)
    assert not is_commitment(commitment, other, secret)
    assert not is_commitment(commitment, label, secret_of(MASTER, other))
    assert key_id_of(label, secret) == commitment[:16]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("all/2026-11-16", "no label"),
        ("global", "one an epoch"),
        ("global/a/2026-11-16", "no label"),
        ("cohort/2026-11-16", "one an epoch"),
        ("cohort//2026-11-16", "has an owner"),
        ("cohort/a b/2026-11-16", "cannot name an owner"),
        ("cohort/a/2026-11-16/x", "no label"),
        ("grant/g-1/2026-11-16", "a grant has one key"),
        ("slot/2026-13-16", "is no day"),
    ],
)
def test_other_labels_are_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_label(text)


def test_epochs_follow_one_another() -> None:
    assert EPOCHS.at(datetime(2026, 11, 22, 23, 59, tzinfo=UTC)) == "2026-11-16"
    assert EPOCHS.at(datetime(2026, 11, 23, tzinfo=UTC)) == "2026-11-23"
    assert list(islice(EPOCHS.following("2026-11-23"), 2)) == ["2026-11-23", "2026-11-30"]
    with pytest.raises(InputError, match="before the first epoch"):
        EPOCHS.at(datetime(2026, 11, 15, tzinfo=UTC))
    with pytest.raises(InputError, match=r"no epoch begins on 2026-11-24 \(one begins on 2026-11-23\)"):
        EPOCHS.check("2026-11-24")
