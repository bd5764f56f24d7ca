from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from stillwatch.attribution.power import mean_score, missed_below, needed_excess
from stillwatch.attribution.scheme_shelf import open_scheme

_LN_10 = np.log(10)


@pytest.mark.parametrize("contexts", [100, 1_000, 100_000])
@pytest.mark.parametrize("log10_alpha", [-2.0, -8.0])
def test_the_needed_excess_suffices_for_the_exact_test_and_is_near_the_least(contexts, log10_alpha):
    needed = needed_excess(contexts, log10_alpha, open_scheme("gumbel_siphash").null.log_mgf)
    exact = special.gammainccinv(contexts, 10**log10_alpha) / contexts - 1
    assert exact <= needed <= 1.45 * exact
    assert needed >= np.sqrt(-2 * log10_alpha * _LN_10 / contexts)


@pytest.mark.parametrize(
    ("name", "mean"), [("gumbel_siphash", 1.0), ("green_siphash", 0.25), ("vllm_dual_key_gumbel", 1.0)]
)
def test_the_mean_of_a_score_is_read_off_its_law(name, mean):
    assert mean_score(open_scheme(name).null.log_mgf) == pytest.approx(mean, rel=1e-4)


def test_where_no_excess_would_do_everything_is_missed():
    assert needed_excess(0, -2.0, open_scheme("gumbel_siphash").null.log_mgf) == float("inf")
    assert needed_excess(50, -2.0, lambda tilts: np.full(len(tilts), np.inf)) == float("inf")
    assert missed_below(float("inf"), full_share_excess=0.9) == 1.0
    assert missed_below(0.1, full_share_excess=0.0) == 1.0
    assert missed_below(0.09, full_share_excess=0.9) == pytest.approx(0.1)
