from __future__ import annotations

from stillwatch.attribution.engines.sglang import ENGINE
from stillwatch.attribution.scheme import key_of_words
from stillwatch.attribution.scheme_shelf import open_scheme


def test_what_sglang_is_started_with() -> None:
    scheme = open_scheme("hf_synthid", {"layers": 2})
    config = ENGINE.configure(scheme, key_of_words(5, (1 << 64) - 2))
    assert config.file == {"keys": [5, -2], "ngram_len": 5, "enforce_all": True}
    assert config.arguments[-2:] == ("--watermark-config", "{file}")
