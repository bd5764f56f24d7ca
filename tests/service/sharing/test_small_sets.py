"""Few values can be guessed: what a dictionary does to plain hashes, to a pair's tokens and to an epoch's.

The attacks that docs/explanation/private-matching.md describes, carried out. Phone numbers of one exchange stand for
any set that is small enough to be tried: card numbers of one bank, mail addresses of one company, key prefixes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.oprf import blind, derive_key, evaluate, finalise, output_of
from stillwatch.intel.pairwise import pair_key
from stillwatch.intel.private_input import private_input
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.audit_trail import read_entries
from stillwatch.service.sharing.compare_tokens import compare_tokens
from stillwatch.service.sharing.match_epochs import Opening, end_epochs, open_epoch, open_matching
from stillwatch.service.sharing.match_holder import MatchHolder, Refusal
from stillwatch.service.sharing.token_file import Token

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from stillwatch.intel.match_epoch import Epoch

_GROUP = load_ristretto()
_NUMBERS = [f"+49 30 {number:07d}" for number in range(1_000_000, 1_020_000)]
_CUSTOMERS = [_NUMBERS[place] for place in (17, 4_711, 8_000, 19_999)]
_QUOTA = 100


def form(number: str) -> bytes:
    return private_input(IndicatorKind.PHONE, number)


def guessed(tokens: Iterable[bytes], make: Callable[[bytes], bytes], guesses: Iterable[str]) -> list[str]:
    """The values behind tokens, found by making the token of every guess."""
    wanted = set(tokens)
    return [one for one in guesses if make(form(one)) in wanted]


class Hub:
    """A holder, a victim that has given tokens of its customers, and an attacker who is a member too."""

    def __init__(self, folder: Path) -> None:
        self.connection: sqlite3.Connection = open_matching(folder / "match.db")
        asked = Opening(name="2026-w48", begins_at=0.0, ends_at=100.0, quota=_QUOTA)
        self.epoch: Epoch = open_epoch(self.connection, _GROUP, asked, by="Ada", at=0.0)
        self.holder = MatchHolder(self.connection, _GROUP, clock=lambda: 10.0)
        self.given = self.tokens("victim", [form(one) for one in _CUSTOMERS]) or []

    def tokens(self, member: str, inputs: list[bytes]) -> list[bytes] | Refusal | None:
        blinded = blind(_GROUP, inputs)
        answered = self.holder.answer(member, self.epoch.id, blinded.elements)
        if answered.answer is None:
            return answered.refusal
        return finalise(_GROUP, blinded, [(self.epoch.holders[0].public, answered.answer)])

    @property
    def secret(self) -> bytes | None:
        found: bytes | None = self.connection.execute("SELECT secret FROM epoch").fetchone()[0]
        return found


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path)
    yield made
    made.connection.close()


def test_plain_hashes_are_the_values_themselves() -> None:
    def plain(one: bytes) -> bytes:
        return hashlib.sha256(one).digest()

    assert guessed([plain(form(one)) for one in _CUSTOMERS], plain, _NUMBERS) == _CUSTOMERS


def test_a_pairs_tokens_are_open_to_whoever_has_the_key_and_to_nobody_else() -> None:
    key, stranger = pair_key(bytes(range(32)), "2026-w48"), pair_key(bytes(32), "2026-w48")
    given = [key.token(form(one)) for one in _CUSTOMERS]
    assert guessed(given, key.token, _NUMBERS) == _CUSTOMERS
    assert guessed(given, stranger.token, _NUMBERS) == []


def test_of_an_epoch_a_member_gets_as_many_guesses_as_its_quota_has(hub: Hub) -> None:
    found, refused = list[str](), 0
    for place in range(0, 1_000, 50):
        batch = _NUMBERS[place : place + 50]
        made = hub.tokens("attacker", [form(one) for one in batch])
        if isinstance(made, list):
            found += [one for one, token in zip(batch, made, strict=True) if token in hub.given]
        else:
            assert made is Refusal.QUOTA
            refused += 1
    assert found == [one for one in _CUSTOMERS if one in _NUMBERS[:_QUOTA]]
    assert refused == (1_000 - _QUOTA) // 50
    entries = [one for one in read_entries(hub.connection) if one.who == "attacker"]
    assert [(one.what, one.detail["elements"]) for one in entries] == [
        ("tokens_evaluated", 50),
        ("tokens_evaluated", 50),
        ("tokens_refused", 50),
    ]


def test_several_members_who_conspire_have_the_sum_of_their_quotas(hub: Hub) -> None:
    found = list[str]()
    for number in range(3):
        batch = _NUMBERS[number * _QUOTA : (number + 1) * _QUOTA]
        made = hub.tokens(f"conspirator-{number}", [form(one) for one in batch])
        assert isinstance(made, list)
        found += [one for one, token in zip(batch, made, strict=True) if token in hub.given]
    assert found == _CUSTOMERS[:1]


def test_whoever_has_the_whole_key_may_try_everything_until_the_epoch_ends(hub: Hub) -> None:
    """The hub itself, or whoever takes its state: the reason to split the key, and to erase it."""
    near = _NUMBERS[:200]
    secret = hub.secret
    assert secret is not None
    assert guessed(hub.given, lambda one: output_of(_GROUP, secret, one), near) == _CUSTOMERS[:1]
    end_epochs(hub.connection, at=100.0)
    assert hub.secret is None


def test_one_holder_of_a_split_key_can_try_nothing_alone() -> None:
    hub, auditor = (derive_key(_GROUP, bytes(32), name) for name in (b"hub", b"auditor"))
    blinded = blind(_GROUP, [form(one) for one in _CUSTOMERS])
    answers = [(one.public, evaluate(_GROUP, one, blinded.elements)) for one in (hub, auditor)]
    given = finalise(_GROUP, blinded, answers)
    for share in (hub, auditor):
        assert guessed(given, lambda one, share=share: output_of(_GROUP, share.secret, one), _NUMBERS[:100]) == []
    whole = _GROUP.add_scalars(hub.secret, auditor.secret)
    assert guessed(given, lambda one: output_of(_GROUP, whole, one), _NUMBERS[:100]) == _CUSTOMERS[:1]


def test_two_lists_of_one_epoch_show_what_came_between_them() -> None:
    """Nothing prevents it: who has that value himself learns when the other one came to know it."""
    mine = [Token(Form.OPRF, "e.1", IndicatorKind.PHONE, text, value) for text, value in (("bb", "+49 30 1000017"),)]
    monday = [Token(Form.OPRF, "e.1", IndicatorKind.PHONE, "aa")]
    tuesday = [*monday, Token(Form.OPRF, "e.1", IndicatorKind.PHONE, "bb")]
    assert compare_tokens(mine, monday) == ()
    assert [one.value for one in compare_tokens(mine, tuesday)] == ["+49 30 1000017"]
