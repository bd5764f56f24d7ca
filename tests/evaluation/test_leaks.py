"""The leak guard on small composed logs: twins with the campaign's own prompts pass, others are refused."""

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.leaks import find_leaks

FLEET = {"name": "fleet", "kind": "harvest_fleet", "accounts": 16, "pace": {"per_day": 30}}
ALIKE = {
    "name": "alike", "kind": "declared_organisation", "accounts": 16, "work": {"prompts_of": "fleet"},
    "pace": {"per_day": 30},
}  # fmt: skip
PROBE = {"name": "probe", "kind": "drift_monitor", "accounts": 6, "work": {"prompts_of": "fleet", "items": 4}}
OTHER = {"name": "other", "kind": "popular_agent", "accounts": 6}
ALONE = {"name": "alone", "kind": "single_evaluator", "work": {"prompts_of": "fleet", "portion": [0.2, 0.2]}}


@pytest.fixture
def suites(composed):
    made = composed(FLEET, ALIKE, PROBE, OTHER, ALONE, days=3).made
    return {(one.twins, one.is_matched): one for one in find_leaks(made.truth_path.parent)}


def test_twins_of_the_same_prompts_do_not_leak_by_content_or_length(suites):
    aucs = {leak.baseline: leak.auc for leak in suites[("alike",), False].leaks}
    assert aucs["content"] < 0.6
    assert aucs["length"] < 0.6


def test_a_small_probe_is_refused_for_its_content(suites):
    probe = suites[("probe",), False]
    assert probe.is_refused
    assert "content alone" in probe.because


def test_one_account_cannot_be_judged(suites):
    alone = suites[("alone",), False]
    assert (alone.leaks, alone.is_refused, alone.because) == ((), True, "one account cannot be cross-validated")


def test_who_runs_other_prompts_is_no_twin_of_this_campaign(suites):
    assert not any("other" in twins for twins, _ in suites)


def test_the_matched_suite_holds_twins_of_about_the_same_volume(suites):
    (matched,) = (one for (_, is_matched), one in suites.items() if is_matched)
    assert "alike" in matched.twins
    assert "alone" not in matched.twins


def test_a_folder_without_a_log(tmp_path):
    with pytest.raises(InputError, match="range compose"):
        find_leaks(tmp_path)
