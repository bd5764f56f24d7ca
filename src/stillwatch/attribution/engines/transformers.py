"""Hugging Face transformers: a configuration for each call of `generate`, for tests, research and small services.

Key: one integer for green lists, a list for SynthID. A green list is drawn by PyTorch's generator of the device, so
text that was marked on a GPU is not recognised by lists drawn on a CPU: generate on a CPU, or use SynthID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.engine import Engine, EngineConfig
from stillwatch.attribution.scheme import key_words

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Key, Scheme


def _configure(scheme: Scheme, key: Key) -> EngineConfig:
    given = scheme.parameters
    if scheme.name == "hf_synthid":
        return EngineConfig(
            code="transformers.SynthIDTextWatermarkingConfig("
            f"ngram_len={given['ngram_len']}, keys={list(key_words(key))}, sampling_table_seed={given['table_seed']})"
        )
    seeding = "lefthash" if scheme.name == "hf_lefthash" else "selfhash"
    width = max(1, scheme.context_width if seeding == "lefthash" else int(given["context_width"]))
    return EngineConfig(
        code="transformers.WatermarkingConfig("
        f"greenlist_ratio={given['gamma']}, hashing_key={key_words(key)[0]}, "
        f"seeding_scheme={seeding!r}, context_width={width})"
    )


ENGINE: Final = Engine(
    name="transformers",
    title="Hugging Face transformers",
    release="5.23",
    source="https://huggingface.co/docs/transformers/internal/generation_utils#watermarking",
    schemes=("hf_lefthash", "hf_selfhash", "hf_synthid"),
    configure=_configure,
    strip=(),
    unmarked="calls without the configuration; greedy answers of SynthID",
    compared=("hf_lefthash", "hf_selfhash", "hf_synthid"),
)
