from pathlib import Path

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.library import find_scenario, list_scenarios, needs_corpora


def test_every_scenario_says_what_it_is_and_what_it_covers():
    listed = list_scenarios()
    assert len(listed) > 30
    assert all(one.about and one.covers for one in listed)


def test_a_scenario_by_name_and_by_path(tmp_path):
    named = find_scenario("rate_026")
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[[population]]\nname = "people"\nkind = "chat_people"\n')
    assert (named.name, find_scenario(str(path)).name) == ("rate_026", "mine")
    assert (needs_corpora(named), needs_corpora(find_scenario("judged"))) == (False, True)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match="rate_026"):
        find_scenario(str(Path("rate_999")))


TWINS = {
    "single evaluator": "single_evaluator",
    "declared organisation with several keys": "declared_organisation",
    "strangers on one public benchmark": "public_benchmark",
    "classroom behind one NAT": "classroom",
    "strangers sharing a popular agent's fixed prompt": "popular_agent",
    "permitted synthetic-data customer": "permitted_customer",
    "reseller with thousands of end users": "reseller",
    "nightly CI": "nightly_ci",
    "judge batches of a university": "university_judge",
    "key migration": "key_migration",
    "fail-over on 5xx": "fail_over",
    "release-day benchmarking": "release_day",
    "drift monitor": "drift_monitor",
    "friends sharing an account": "friends_sharing",
    "batch labelling": "batch_labelling",
}
"""Every honest twin that the threat model names, and the kind that stands for it."""

THREATS = {
    "campaign A": {"grading", "shared_infrastructure", "bare_maths"},
    "campaign B": {"multi_turn", "bare_code"},
    "campaign C": {"agentic_harvest", "pivot"},
    "campaigns A to C": {"large_fleet", "cover_30", "cover_60", "cover_90"},
    "campaign D": {"translated"},
    "campaign E": {"rate_857", "rate_026", "pool_failover", "ban_succession", "two_operators", "injected_relay"},
    "campaign F": {"rate_006", "injected_relay", "replay"},
    "campaign G": {"harness_relay"},
    "campaign H": {"rate_282", "cleaning", "rotation"},
    "campaign I": {"rate_013", "store_and_replay", "grading"},
    "campaign J": {"rate_002", "replay_burst"},
    "campaign K": {"product_channels"},
    "campaign L": {"benign_only"},
    "technique sweep": {"sweep"},
    "harvest": {"samples", "paraphrase_synonyms", "template_cut", "instruction_harvest", "multi_turn"},
    "reasoning elicitation": {"rate_026", "translated", "replay"},
    "reward model": {"grading", "grading_pairs"},
    "transcript cleaning": {"cleaning"},
    "task making": {"task_making"},
    "relay and store-and-replay": {"injected_relay", "harness_relay", "store_and_replay"},
    "quality probe": {"probing"},
    "pivot within a day of a release": {"pivot"},
    "a pool replaced after a ban": {"pool_failover", "ban_succession"},
    "even load, no idle hours": {"even_load"},
    "free trials that end": {"trial_end"},
    "shared payment, registration, device": {"shared_infrastructure", "many_devices"},
    "many addresses and clients an account": {"vpn_rotation", "many_devices"},
    "a conversation goes on elsewhere after 429 or 403": {"hand_over"},
    "sanitised metadata": {"sanitised"},
    "two operators and innocent customers in one pool": {"two_operators", "injected_relay"},
}
"""Row of the threat model's tables, and the scenarios that stand for it."""


@pytest.fixture(scope="module")
def library():
    return {one.name: one for one in list_scenarios()}


def test_every_twin_is_in_some_scenario(library):
    found = {one.kind for scenario in library.values() for one in scenario.population if one.label == "twin"}
    assert {twin: kind for twin, kind in TWINS.items() if kind not in found} == {}


def test_the_logs_without_a_campaign_hold_every_twin(library):
    for name in ("benign_only", "benign_many"):
        populations = library[name].population
        assert {one.kind for one in populations if one.label == "twin"} == set(TWINS.values())
        assert not any(one.label == "campaign" for one in populations)


def test_every_row_of_the_threat_model_has_its_scenarios(library):
    assert {row: names - library.keys() for row, names in THREATS.items() if names - library.keys()} == {}


def test_fleets_of_every_size_and_rate(library):
    fleets = {name: library[name].population[0] for name in ("small_fleet", "fleet_025", "large_fleet")}
    assert [one.accounts for one in fleets.values()] == [5, 25, 25_000]
    rates = {int(one.name[5:]): one.population[0].pace.per_day for one in library.values() if one.name[:5] == "rate_"}
    assert rates == {rate: float(rate) for rate in (2, 6, 13, 26, 282, 857)}
    days = [one.population[0] for one in library.values() if one.name.startswith("one_day_")]
    assert all(4_900 < one.accounts * one.pace.per_day < 5_700 for one in days)
    assert sorted(one.pace.per_day for one in days) == [2, 6, 26, 282, 857]


def test_only_real_prompts_need_corpora(library):
    assert {one.name for one in library.values() if needs_corpora(one)} == {"judged", "bare_maths", "bare_code"}


def test_campaigns_stand_beside_twins_that_match_them(library):
    """All but the tour, the stopwatch and the log of real prompts, whose twins are its own."""
    apart = {"sample", "scale", "speed", "judged", "benign_only", "benign_many"}
    for scenario in library.values():
        if scenario.name not in apart:
            assert {one.match_of for one in scenario.population} >= {"campaign"}, scenario.name
