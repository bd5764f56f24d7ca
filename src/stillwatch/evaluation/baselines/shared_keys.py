"""Connected components of accounts that share an address, a payment card, a device or a sign-up address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.evaluation.baseline import Baseline, Sight, chained, codes, components

if TYPE_CHECKING:
    from stillwatch.evaluation.keys import Ints

_ATTRIBUTES: Final = ("payment_fingerprint", "device_id", "signup_address")
_MOST: Final = 200
"""A key of more accounts is an office, a provider or a proxy."""


def _find(sight: Sight) -> list[frozenset[int]]:
    everybody = np.arange(len(sight.names))
    known = [name for name in _ATTRIBUTES if name in sight.accounts.column_names]
    pairs = [_pairs(codes(sight.accounts[name]), everybody) for name in known]
    pairs.append(_pairs(codes(sight.exchanges["client_address"]), sight.account))
    return components(np.concatenate(pairs), len(everybody))


def _pairs(key: Ints, account: Ints) -> Ints:
    return chained(key[key >= 0], account[key >= 0], _MOST)


BASELINE: Final = Baseline(name="shared_keys", title="accounts connected by address, payment or device", find=_find)
