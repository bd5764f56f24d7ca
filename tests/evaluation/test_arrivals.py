import numpy as np
import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.arrivals import DAY_S, draw_starts, load_traces, slot_counts, slot_windows
from stillwatch.evaluation.scenario import Pace

NO_TRACES = load_traces(None, None)


def starts(pace, slots=20, days=14.0):
    rng = np.random.default_rng(1)
    window = slot_windows(pace, slots, days, rng)
    counts = slot_counts(pace, window[1] - window[0], 1.0, rng)
    return draw_starts(pace, counts, window, NO_TRACES, rng), counts


@pytest.mark.parametrize("rhythm", ["flat", "person", "office", "night", "class", "runs"])
def test_every_start_lies_in_the_log(rhythm):
    made, counts = starts(Pace(per_day=12, rhythm=rhythm))
    assert len(made.at_s) == counts.sum()
    assert made.at_s.min() >= 0
    assert made.at_s.max() <= 14 * DAY_S


def test_a_flat_fleet_has_no_idle_hours():
    made, _ = starts(Pace(per_day=100, rhythm="flat", spread="exact"))
    by_hour = np.bincount((made.at_s // 3600 % 24).astype(int), minlength=24)
    assert by_hour.min() > 0.8 * by_hour.mean()


def test_an_office_sleeps():
    made, _ = starts(Pace(per_day=100, rhythm="office", zone="one"))
    by_hour = np.bincount((made.at_s // 3600 % 24).astype(int), minlength=24)
    assert (by_hour < 0.15 * by_hour.max()).sum() >= 6


@pytest.mark.parametrize(("spread", "low", "high"), [("exact", 0, 0.01), ("poisson", 0.02, 0.1), ("lognormal", 0.5, 3)])
def test_spread_of_volume_between_accounts(spread, low, high):
    _, counts = starts(Pace(per_day=26, spread=spread), slots=300)
    assert low <= counts.std() / counts.mean() <= high
    assert counts.mean() == pytest.approx(26 * 14, rel=0.2)


@pytest.mark.parametrize("cv", [0.0, 1.0, 3.0])
def test_gaps_have_the_declared_variation(cv):
    made, _ = starts(Pace(per_day=400, cv=cv, rhythm="flat", spread="exact"), slots=3)
    gaps = np.diff(made.at_s[made.slot == 1])
    assert gaps.std() / gaps.mean() == pytest.approx(cv, rel=0.25, abs=0.05)


def test_a_ramp_begins_with_little():
    made, _ = starts(Pace(per_day=60, rhythm="flat", ramp_days=10))
    assert (made.at_s < 2 * DAY_S).sum() < 0.3 * ((made.at_s > 12 * DAY_S).sum())


def test_a_trial_ends():
    made, _ = starts(Pace(per_day=60, rhythm="flat", trial_days=3, trial_factor=0.1))
    assert (made.at_s < 3 * DAY_S).sum() > 2 * (made.at_s >= 3 * DAY_S).sum()


def test_successive_slots_do_not_overlap():
    made, _ = starts(Pace(per_day=30, rhythm="flat", succession=True), slots=2)
    assert made.at_s[made.slot == 0].max() <= made.at_s[made.slot == 1].min()


def test_unknown_rhythm_and_missing_trace_are_named():
    for rhythm in ("waltz", "trace:3"):
        with pytest.raises(InputError, match=rhythm):
            starts(Pace(rhythm=rhythm))


def test_a_real_client_gives_its_rhythm(corpora):
    folder = corpora / "arrivals"
    traces = load_traces(folder / "servegen_language_small_windows.parquet", folder / "mooncake_conversation.parquet")
    rng = np.random.default_rng(1)
    window = (np.zeros(1), np.full(1, 14.0 * DAY_S))
    made = draw_starts(Pace(rhythm="trace:0", cv=-1), np.array([5000]), window, traces, rng)
    silent = traces.windows["0"] == 0
    assert not silent[(made.at_s // 300).astype(int).clip(max=len(silent) - 1)].mean() > 0.05
