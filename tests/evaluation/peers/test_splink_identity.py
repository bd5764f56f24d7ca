import pyarrow as pa
import pytest

pytest.importorskip("splink", reason="the extra `peers` is not installed")

from stillwatch.evaluation.peers.splink_identity import find_groups


def _accounts(*, cards, people=400):
    """People with a device of their own, and five of them for each of `cards`, all paid with it."""
    ring = [(f"ring-{card}-{number}", card, f"tool-{card}") for card in cards for number in range(5)]
    rest = [(f"person-{number}", f"own-{number}", f"device-{number}") for number in range(people)]
    names, payments, devices = zip(*ring, *rest, strict=True)
    # Some people pay for two accounts, so that a shared value alone is not yet a ring.
    payments = [*payments[:-1], payments[-2]]
    empty = pa.nulls(len(names), pa.string())
    return pa.table(
        {
            "account_id": names,
            "payment_fingerprint": payments,
            "device_id": devices,
            "signup_address": [name[:-1] if name.startswith("ring") else name for name in names],
            "email_domain": empty,
        }
    )


def test_accounts_of_one_card_device_and_address_are_one_cluster():
    groups = find_groups(_accounts(cards=["stolen"]))
    assert [sorted(group) for group in groups] == [[f"ring-stolen-{number}" for number in range(5)]]


def test_accounts_that_share_nothing_are_no_cluster():
    assert find_groups(_accounts(cards=[])) == []
