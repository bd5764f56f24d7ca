"""Tokens of values: one a value, nothing asked twice, nothing dropped in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import PeerError, VerificationError
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.match_epoch import Epoch, Holder, joined
from stillwatch.intel.oprf import derive_key, evaluate
from stillwatch.intel.pairwise import pair_key
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.sharing.make_tokens import Asking, epoch_tokens, pair_tokens
from stillwatch.service.sharing.token_file import ToCompare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.intel.oprf import Answer, OprfKey

_GROUP = load_ristretto()
_VALUES = [
    ToCompare(IndicatorKind.EMAIL, "ada@example.org", "acct-1"),
    ToCompare(IndicatorKind.EMAIL, "ADA+x@example.org", "acct-2"),
    ToCompare(IndicatorKind.PHONE, "+49 30 1234567", "acct-1"),
    ToCompare(IndicatorKind.PHONE, "030 1234567", "acct-3"),
]


class Hub:
    """Answers with the keys that it has, and counts."""

    def __init__(self, *names: bytes) -> None:
        self.keys: dict[bytes, OprfKey] = {}
        self.asked: list[tuple[str, int]] = []
        shares = []
        for name in names:
            key = derive_key(_GROUP, bytes(32), name)
            self.keys[key.public] = key
            shares.append(
                Epoch(
                    name="2026-w48",
                    holders=(Holder(public=key.public, url=f"https://{name.decode()}.example"),),
                    begins_at=datetime(2026, 11, 23, tzinfo=UTC),
                    ends_at=datetime(2026, 11, 30, tzinfo=UTC),
                    quota=100,
                )
            )
        self.shares = {share.id for share in shares}
        self.epoch = joined(tuple(shares))

    def __call__(self, holder: Holder, epoch_id: str, elements: Sequence[bytes]) -> Answer:
        assert epoch_id in self.shares
        self.asked.append((holder.url, len(elements)))
        return evaluate(_GROUP, self.keys[holder.public], elements)


def test_two_members_make_the_same_tokens_and_one_value_is_asked_once() -> None:
    hub = Hub(b"hub")
    ours, theirs = (epoch_tokens(_VALUES, hub.epoch, Asking(group=_GROUP, ask=hub)) for _ in range(2))
    assert ours.tokens == theirs.tokens
    first, second, third = ours.tokens
    assert (first.form, first.key_id, first.label, second.label) == (Form.OPRF, hub.epoch.id, "acct-1", "acct-2")
    assert first.token == second.token != third.token
    assert len(first.token) == 86
    assert (ours.asked, hub.asked) == (2, [("https://hub.example", 2)] * 2)
    [refused] = ours.refused
    assert (refused.place, "no international phone number" in refused.why) == (4, True)


def test_what_has_a_token_of_this_epoch_is_not_asked_again() -> None:
    hub, other = Hub(b"hub"), Hub(b"other")
    before = epoch_tokens(_VALUES[:1], hub.epoch, Asking(group=_GROUP, ask=hub))
    again = epoch_tokens(_VALUES, hub.epoch, Asking(group=_GROUP, ask=hub), known=before.tokens)
    assert (again.asked, again.tokens[0]) == (1, before.tokens[0])
    elsewhere = epoch_tokens(_VALUES, other.epoch, Asking(group=_GROUP, ask=other), known=before.tokens)
    assert elsewhere.asked == 2


def test_what_was_answered_is_kept_where_the_quota_ends_before_the_values_do() -> None:
    hub, values = Hub(b"hub"), [ToCompare(IndicatorKind.ACCOUNT, f"acct-{number}") for number in range(1_100)]

    def once(holder: Holder, epoch_id: str, elements: Sequence[bytes]) -> Answer:
        if hub.asked:
            raise PeerError("the holder refuses: 429")
        return hub(holder, epoch_id, elements)

    made = epoch_tokens(values, hub.epoch, Asking(group=_GROUP, ask=once))
    assert (len(made.tokens), made.asked, made.stopped_by) == (1_024, 1_024, "the holder refuses: 429")
    with pytest.raises(PeerError, match="429"):
        epoch_tokens(values, hub.epoch, Asking(group=_GROUP, ask=once))


def test_of_a_split_key_all_holders_are_asked() -> None:
    hub, told = Hub(b"hub", b"auditor"), list[tuple[int, int]]()
    made = epoch_tokens(_VALUES, hub.epoch, Asking(group=_GROUP, ask=hub, progress=lambda *at: told.append(at)))
    assert sorted(hub.asked) == [("https://auditor.example", 2), ("https://hub.example", 2)]
    assert told == [(2, 2)]
    alone = Hub(b"hub")
    assert epoch_tokens(_VALUES, alone.epoch, Asking(group=_GROUP, ask=alone)).tokens != made.tokens


def test_a_holder_that_marks_members_by_keys_of_their_own_is_found_out() -> None:
    hub, marked = Hub(b"hub"), derive_key(_GROUP, bytes(32), b"for this member")
    asking = Asking(group=_GROUP, ask=lambda holder, epoch_id, elements: evaluate(_GROUP, marked, elements))  # noqa: ARG005
    with pytest.raises(VerificationError, match="not made with the epoch's key"):
        epoch_tokens(_VALUES, hub.epoch, asking)


def test_a_pair_makes_tokens_without_asking() -> None:
    key = pair_key(bytes(32), "2026-w48")
    made = pair_tokens(_VALUES, key)
    assert {(one.form, one.key_id) for one in made.tokens} == {(Form.PAIRWISE, key.id)}
    assert made.tokens[0].token == made.tokens[1].token
    assert len(made.tokens[0].token) == 43
    assert (made.asked, len(made.refused)) == (0, 1)
