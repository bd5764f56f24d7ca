from __future__ import annotations

import json

import pytest

from stillwatch.attribution.engines.vllm import ENGINE
from stillwatch.attribution.scheme_shelf import open_scheme

SHARED = {"key": 7, "deduplicate_contexts": "single_turn"}


@pytest.mark.parametrize(
    ("scheme", "parameters", "settings"),
    [
        ("vllm_gumbel", {"context_width": 2}, {"algorithm": "gumbel", "context_width": 2}),
        (
            "vllm_dual_key_gumbel",
            {"context_width": 2, "alpha": 0.5},
            {"algorithm": "dual_key_gumbel", "context_width": 2, "alpha": 0.5},
        ),
        (
            "vllm_sbw",
            {"seeding": "lefthash", "context_width": 1, "gamma": 0.25},
            {"algorithm": "sbw", "context_width": 1, "sbw_scheme": "lefthash", "sbw_gamma": 0.25},
        ),
    ],
)
def test_what_vllm_is_started_with(
    scheme: str, parameters: dict[str, int | float | str], settings: dict[str, object]
) -> None:
    option, written = ENGINE.configure(open_scheme(scheme, parameters), bytes(7) + b"\x07").arguments
    assert (option, json.loads(written)) == ("--watermark-config", settings | SHARED)
