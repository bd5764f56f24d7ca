"""What a request says of how its answer is drawn."""

from __future__ import annotations

import pytest

from stillwatch.wire.drawing import Drawing, read_drawing


@pytest.mark.parametrize(
    ("parameters", "drawing"),
    [
        ({}, Drawing()),
        ({"temperature": 0.7, "top_k": 40}, Drawing()),
        ({"temperature": 0}, Drawing(is_greedy=True)),
        ({"temperature": 1e-6}, Drawing(is_greedy=True)),
        ({"temperature": False}, Drawing()),
        ({"top_k": 1}, Drawing(is_greedy=True)),
        ({"parameters": {"do_sample": False}}, Drawing(is_greedy=True)),
        ({"generationConfig": {"topK": 1}}, Drawing(is_greedy=True)),
        ({"use_beam_search": True}, Drawing(is_beam_search=True)),
        ({"num_beams": 4, "top_k": None}, Drawing(is_beam_search=True)),
        ({"watermarking": False}, Drawing(opts_out=True)),
        ({"extra_body": {"watermarking": False}, "temperature": 1}, Drawing(opts_out=True)),
        ({"watermarking": True, "vllm_xargs": None}, Drawing()),
        ({"vllm_xargs": {"a": 1}}, Drawing(steers=("vllm_xargs",))),
        ({"sampling_params": {"custom_params": {"a": 1}}}, Drawing(steers=("custom_params",))),
    ],
    ids=str,
)
def test_a_request_says_how_it_is_drawn(parameters, drawing):
    assert read_drawing(parameters) == drawing
