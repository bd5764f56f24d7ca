"""SGLang marks on NVIDIA GPUs where a request asks for it, or everywhere with `enforce_all`.

Only its SynthID has a scheme on our shelf; the hash of its Gumbel sampler is its own, and no scheme here draws it. What
it draws was not compared here bit by bit, so test some of its own answers before relying on the mark. Its
`custom_logit_processor` is code out of the request: gateways must take it out whatever is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.engine import Engine, EngineConfig
from stillwatch.attribution.scheme import key_words

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Key, Scheme

_SIGN: Final = 1 << 63


def _configure(scheme: Scheme, key: Key) -> EngineConfig:
    settings = {
        "keys": [word - 2 * _SIGN if word >= _SIGN else word for word in key_words(key)],
        "ngram_len": scheme.parameters["ngram_len"],
        "enforce_all": True,
    }
    arguments = ("--enable-watermark", "--watermark-algorithm", "synthid", "--watermark-config", "{file}")
    return EngineConfig(arguments=arguments, file=settings)


ENGINE: Final = Engine(
    name="sglang",
    title="SGLang",
    release="0.5.23",
    source="https://docs.sglang.io/docs/advanced_features/synthid_text_watermarking",
    schemes=("hf_synthid",),
    configure=_configure,
    strip=("watermark", "custom_logit_processor", "custom_params"),
    unmarked="greedy answers, repeated contexts",
    is_compared=False,
)
