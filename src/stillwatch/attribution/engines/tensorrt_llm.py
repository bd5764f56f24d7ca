"""TensorRT-LLM marks by itself, with one key for the whole engine; its documentation calls that a prototype.

It documents the same construction as vLLM's: Philox over a context of output tokens, uniforms of 24 bits. What it draws
was not compared: it draws on a GPU alone, and no source of its hash was at hand whose draws could be taken on a CPU. So
have it mark text with a known key, and test that before relying on the mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.engine import Engine, EngineConfig
from stillwatch.attribution.scheme import key_words

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Key, Scheme

_ALGORITHM: Final = {"vllm_gumbel": "gumbel", "vllm_dual_key_gumbel": "gumbel_dual_key"}


def _configure(scheme: Scheme, key: Key) -> EngineConfig:
    algorithm, width = _ALGORITHM[scheme.name], scheme.parameters["context_width"]
    return EngineConfig(
        code="tensorrt_llm.watermark.WatermarkConfig("
        f"algorithm={algorithm!r}, key={key_words(key)[0]}, context_width={width}, deduplicate_contexts='single_turn')"
    )


ENGINE: Final = Engine(
    name="tensorrt_llm",
    title="TensorRT-LLM",
    release="1.2",
    source="https://nvidia.github.io/TensorRT-LLM/features/watermarking.html",
    schemes=tuple(_ALGORITHM),
    configure=_configure,
    strip=("watermarking",),
    unmarked="greedy answers, repeated contexts",
    compared=(),
)
