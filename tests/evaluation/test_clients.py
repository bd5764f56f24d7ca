import json

import numpy as np

from stillwatch.evaluation.clients import (
    ALL_USER_AGENTS,
    PARAM_CAPS,
    PARAMS,
    USER_AGENTS,
    draw_clients,
    draw_params,
    user_agent_texts,
)
from stillwatch.evaluation.keys import mix

KEYS = mix(np.arange(10_000))


def test_clients_are_of_their_kind_and_unevenly_popular():
    for kind, listed in USER_AGENTS.items():
        drawn = [ALL_USER_AGENTS[number] for number in draw_clients(kind, KEYS)]
        assert set(drawn) <= set(listed)
        assert drawn.count(listed[0]) > 3 * drawn.count(listed[-1])


def test_long_replies_are_not_asked_for_with_short_limits():
    assert min(PARAM_CAPS[number] for number in draw_params("long", KEYS)) >= 2048
    assert len({PARAMS[number] for number in draw_params("short", KEYS)}) > 50


def test_parameter_tuples_are_json():
    assert all(isinstance(json.loads(text), dict) for text in PARAMS)


def test_the_text_column_follows_the_index():
    assert user_agent_texts().to_pylist() == list(ALL_USER_AGENTS)
