import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.range_compose import Wanted, range_compose


def test_scale_seed_and_format_are_used(tmp_path):
    made = range_compose(Wanted(scenario="small_fleet", seed=3, scale=0.05, format="exchange"), tmp_path)
    assert made.logs == (tmp_path / "log" / "exchange.parquet",)
    assert (made.campaign_accounts, made.truth_path.is_file()) == (2, True)


def test_corpora_are_asked_for(tmp_path):
    with pytest.raises(InputError, match="corpora"):
        range_compose(Wanted(scenario="bare_maths"), tmp_path)
