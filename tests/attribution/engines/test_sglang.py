from __future__ import annotations

from stillwatch.attribution.engines.sglang import ENGINE
from stillwatch.attribution.scheme import key_of_words
from stillwatch.attribution.scheme_shelf import open_scheme


def test_what_sglang_is_started_with() -> None:
    scheme = open_scheme("hf_synthid", {"layers": 2})
    config = ENGINE.configure(scheme, key_of_words(5, (1 << 64) - 2))
    assert config.file == {"keys": [5, -2], "ngram_len": 5, "enforce_all": True}
    assert config.arguments[-2:] == ("--watermark-config", "{file}")


def test_its_own_choice_has_a_key_in_hex_and_perhaps_a_second() -> None:
    one = ENGINE.configure(open_scheme("sglang_gumbel", {"context_width": 2}), key_of_words(42))
    assert one.file == {"key": "000000000000002a", "context_window": 2}
    assert one.arguments == ("--enable-watermark", "--watermark-enforce-all", "--watermark-config", "{file}")
    two = ENGINE.configure(open_scheme("sglang_dual_key_gumbel", {"mixing": 0.3}), key_of_words(1, (1 << 64) - 1))
    assert two.file == {"key": "0000000000000001", "key_b": "ffffffffffffffff", "context_window": 4}
    assert two.arguments[:2] == ("--watermark-mixing-probability", "0.3")
