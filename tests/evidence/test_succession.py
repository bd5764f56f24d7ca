"""Two logs that name each other: what is followed, and what is put between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from key_log import AT
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import inclusion_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy, LogProof
from stillwatch.evidence.succession import (
    ProvedSuccession,
    Succession,
    SuccessionEvent,
    check_succession,
    read_succession,
    read_succession_file,
    write_succession_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_OLD, _NEW = (LogSigner.from_seeds(name, bytes([number] * 32)) for number, name in enumerate(("log/1", "log/2")))
_POLICY = LogPolicy(origin="log/1", log_keys=_OLD.verifiers)
_ENDS = Succession(SuccessionEvent.ENDS, "log/1", "log/2", keys=_NEW.verifiers)


def _entry(said: Succession) -> bytes:
    return entry_of(Leaf(kind=LeafKind.SUCCESSION, sha256=said.sha256, noted_at=AT))


def _proof(signer: LogSigner, entries: list[bytes], leaf: int) -> LogProof:
    leaves = [leaf_hash(one) for one in entries]
    path = inclusion_path(lambda level, at: root_of(leaves[at << level : (at + 1) << level]), leaf, len(leaves))
    note = signer.sign(Checkpoint(signer.name, len(leaves), root_of(leaves)), at_s=0)
    return LogProof(leaf, tuple(path), str(note).encode(), entries[leaf])


def _proved(  # noqa: PLR0913  # one for each thing that is forged
    ends: Succession = _ENDS,
    *,
    before: int = 3,
    after: int = 0,
    first: int = 0,
    head: Checkpoint | None = None,
    signer: LogSigner = _NEW,
) -> ProvedSuccession:
    entries = [b"%d" % number for number in range(before)] + [_entry(ends)] + [b"more"] * after
    head = head or Checkpoint("log/1", len(entries), root_of([leaf_hash(one) for one in entries]))
    continues = Succession(SuccessionEvent.CONTINUES, "log/2", "log/1", head=head)
    start = [b"before"] * first + [_entry(continues), b"later"]
    return ProvedSuccession(ends, _proof(_OLD, entries, before), continues, _proof(signer, start, first))


def test_a_reader_of_the_first_log_follows_to_the_second() -> None:
    proved = read_succession_file(write_succession_file(_proved()))
    assert check_succession(proved, _POLICY) == LogPolicy(origin="log/2", log_keys=_NEW.verifiers)
    assert check_succession(proved, replace(_POLICY, terms={})).origin == "log/2"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: _proved(after=1), "does not end"),
        (lambda: _proved(first=1), "does not begin"),
        (lambda: _proved(head=Checkpoint("log/1", 4, bytes(32))), "another head"),
        (lambda: _proved(head=Checkpoint("log/1", 3, bytes(32))), "another head"),
        (lambda: _proved(signer=LogSigner.from_seeds("log/2", bytes([9] * 32))), "no known key"),
        (lambda: _proved(_ENDS._replace(keys=())), "without keys"),
        (lambda: _proved(_ENDS._replace(keys=_OLD.verifiers)), "without keys"),
        (lambda: _proved(_ENDS._replace(event=SuccessionEvent.CONTINUES)), "does not end"),
        (lambda: _proved()._replace(ends=_ENDS._replace(other="log/3")), "not of what is said"),
        (lambda: _proved(_ENDS._replace(origin="log/0")), "not of what is said"),
    ],
    ids=[
        *("goes on", "began before", "another root", "another size", "another key", "no keys", "keys of another"),
        *("said as a beginning", "another successor", "of another log"),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], ProvedSuccession], why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        check_succession(make(), _POLICY)


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_a_flipped_bit_is_seen(at: int, bit: int) -> None:
    data = bytearray(write_succession_file(_proved()))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises((InputError, VerificationError)):
        check_succession(read_succession_file(bytes(data)), _POLICY)


@pytest.mark.parametrize(
    "change", [{"event": "pauses"}, {"size": "x"}, {"size": "07"}, {"keys": "a"}, {"more": ""}], ids=str
)
def test_what_is_no_statement_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InputError):
        read_succession({**_proved().continues.plain(), **change})
