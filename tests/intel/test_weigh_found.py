"""What a match says: a lead, or context."""

from __future__ import annotations

import pytest

from stillwatch.core.hunt import Weight
from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.warninglists import Warninglists, read_warninglist
from stillwatch.intel.weigh_found import Reach, Rules, weigh

_CLOUD = Warninglists((read_warninglist(b'{"name": "Cloud", "type": "cidr", "list": ["198.51.100.0/24"]}', "c"),))
_FEW = Reach(3, 10_000)


@pytest.mark.parametrize(
    ("kind", "value", "reach", "lists", "weight"),
    [
        (IndicatorKind.ACCOUNT, "a-1", Reach(1, 1), Warninglists(), Weight.CONTEXT),
        (IndicatorKind.PAYMENT, "p", _FEW, Warninglists(), Weight.LEAD),
        (IndicatorKind.TEMPLATE, "9", Reach(500, 10_000), _CLOUD, Weight.LEAD),
        (IndicatorKind.TEMPLATE, "9", Reach(501, 10_000), _CLOUD, Weight.CONTEXT),
        (IndicatorKind.TEMPLATE, "9", Reach(49, 49), _CLOUD, Weight.LEAD),
        (IndicatorKind.TEMPLATE, "9", Reach(50, 50), _CLOUD, Weight.CONTEXT),
        (IndicatorKind.ADDRESS, "192.0.2.1", _FEW, _CLOUD, Weight.LEAD),
        (IndicatorKind.ADDRESS, "198.51.100.1", _FEW, _CLOUD, Weight.CONTEXT),
        (IndicatorKind.ADDRESS, "192.0.2.1", _FEW, Warninglists(), Weight.CONTEXT),
        (IndicatorKind.PREFIX, "192.0.2.0/24", _FEW, _CLOUD, Weight.CONTEXT),
        (IndicatorKind.CLIENT, "curl", _FEW, _CLOUD, Weight.CONTEXT),
        (IndicatorKind.DOMAIN, "mail.example", _FEW, _CLOUD, Weight.CONTEXT),
    ],
)
def test_the_weight_of_a_match(kind, value, reach, lists, weight):
    weighed = weigh(kind, value, reach, lists)
    assert weighed.weight is weight
    assert weighed.because


def test_an_account_counts_where_both_services_have_it():
    weighed = weigh(IndicatorKind.ACCOUNT, "a-1", Reach(1, 1), Warninglists(), Rules(shares_accounts=True))
    assert weighed.weight is Weight.LEAD
