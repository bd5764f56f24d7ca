from __future__ import annotations

import pytest

from stillwatch.attribution.engines.transformers import ENGINE
from stillwatch.attribution.scheme import key_of_words
from stillwatch.attribution.scheme_shelf import open_scheme


@pytest.mark.parametrize(
    ("scheme", "key", "code"),
    [
        (
            "hf_lefthash",
            (7,),
            "WatermarkingConfig(greenlist_ratio=0.25, hashing_key=7, seeding_scheme='lefthash', context_width=1)",
        ),
        (
            "hf_selfhash",
            (7,),
            "WatermarkingConfig(greenlist_ratio=0.25, hashing_key=7, seeding_scheme='selfhash', context_width=4)",
        ),
        ("hf_synthid", (7, 8), "SynthIDTextWatermarkingConfig(ngram_len=5, keys=[7, 8], sampling_table_seed=0)"),
    ],
)
def test_what_transformers_are_given(scheme: str, key: tuple[int, ...], code: str) -> None:
    opened = open_scheme(scheme, {"layers": 2} if scheme == "hf_synthid" else {})
    assert ENGINE.configure(opened, key_of_words(*key)).code == f"transformers.{code}"
