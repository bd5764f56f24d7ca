"""vLLM marks by itself, with one key for the whole engine.

Key: 64 bits, below 2^63 for SBW. Contexts are told apart within one answer (`single_turn`), so that answers do not fall
into loops. Unmarked: temperature 0 (SBW marks it too), beam search, and requests that say `"watermarking": false`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.engine import Engine, EngineConfig
from stillwatch.attribution.scheme import key_words

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Key, Scheme

_ALGORITHM: Final = {"vllm_gumbel": "gumbel", "vllm_dual_key_gumbel": "dual_key_gumbel", "vllm_sbw": "sbw"}


def _configure(scheme: Scheme, key: Key) -> EngineConfig:
    given = scheme.parameters
    settings: dict[str, Any] = {
        "algorithm": _ALGORITHM[scheme.name],
        "key": key_words(key)[0],
        "context_width": given["context_width"],
        "deduplicate_contexts": "single_turn",
    }
    if scheme.name == "vllm_dual_key_gumbel":
        settings["alpha"] = given["alpha"]
    if scheme.name == "vllm_sbw":
        settings |= {"sbw_scheme": given["seeding"], "sbw_gamma": given["gamma"]}
    return EngineConfig(arguments=("--watermark-config", json.dumps(settings)))


ENGINE: Final = Engine(
    name="vllm",
    title="vLLM",
    release="0.33",
    source="https://docs.vllm.ai/en/v0.32.0/features/watermarking/",
    schemes=tuple(_ALGORITHM),
    configure=_configure,
    strip=("watermarking", "vllm_xargs"),
    unmarked="temperature 0 (but with SBW), beam search, requests that opt out",
    compared=tuple(_ALGORITHM),
)
