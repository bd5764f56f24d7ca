from __future__ import annotations

from shared_factory import campaign, indicator

from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.stix_indicator import IndicatorWriter


def test_it_says_what_it_is_and_that_it_is_no_verdict() -> None:
    made = IndicatorWriter(campaign(), ()).indicator(indicator())
    assert made.pattern == "[user-account:account_type = 'llm-api' AND user-account:user_id = 'account-0']"
    assert made.name == "account of cluster-17"
    assert made.description == "Observed, in clear. A lead to look into, not a verdict."
    assert (made.valid_from, made.valid_until) == ("2026-11-22T12:00:00.000Z", "2026-12-22T12:00:00.000Z")


def test_an_address_is_no_harm_by_itself() -> None:
    made = IndicatorWriter(campaign(), ()).indicator(indicator(kind=IndicatorKind.ADDRESS, value="192.0.2.1"))
    assert made.indicator_types == ("anonymization",)
