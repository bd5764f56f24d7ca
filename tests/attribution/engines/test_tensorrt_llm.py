from __future__ import annotations

from stillwatch.attribution.engines.tensorrt_llm import ENGINE
from stillwatch.attribution.scheme_shelf import open_scheme


def test_what_tensorrt_llm_is_given() -> None:
    scheme = open_scheme("vllm_dual_key_gumbel", {"context_width": 2})
    assert ENGINE.configure(scheme, bytes(7) + b"\x07").code == (
        "tensorrt_llm.watermark.WatermarkConfig("
        "algorithm='gumbel_dual_key', key=7, context_width=2, deduplicate_contexts='single_turn')"
    )
