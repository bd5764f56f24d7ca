"""SGLang marks on NVIDIA GPUs where a request asks for it, or everywhere with `--watermark-enforce-all`.

Its Gumbel sampler runs as a CUDA kernel; the functions of PyTorch that its own tests hold the kernel against were run
on a CPU, and our draws are theirs bit by bit. What its SynthID draws was not compared here, so test some of its answers
before relying on it. A gateway may send a key of its own with each request (`watermark`), and must take out what a
client sends there. `custom_logit_processor` is code out of the request: gateways must take it out whatever is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.engine import Engine, EngineConfig
from stillwatch.attribution.scheme import key_words

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Key, Scheme

_SIGN: Final = 1 << 63


def _configure(scheme: Scheme, key: Key) -> EngineConfig:
    if scheme.name == "hf_synthid":
        settings: dict[str, Any] = {
            "keys": [word - 2 * _SIGN if word >= _SIGN else word for word in key_words(key)],
            "ngram_len": scheme.parameters["ngram_len"],
            "enforce_all": True,
        }
        arguments = ("--enable-watermark", "--watermark-algorithm", "synthid", "--watermark-config", "{file}")
        return EngineConfig(arguments=arguments, file=settings)
    words = [f"{word:016x}" for word in key_words(key)]
    settings = dict(zip(("key", "key_b"), words, strict=False)) | {"context_window": scheme.parameters["context_width"]}
    is_dual = scheme.name == "sglang_dual_key_gumbel"
    mixing = ("--watermark-mixing-probability", str(scheme.parameters["mixing"])) if is_dual else ()
    everywhere = (*mixing, "--enable-watermark", "--watermark-enforce-all", "--watermark-config", "{file}")
    return EngineConfig(arguments=everywhere, file=settings)


ENGINE: Final = Engine(
    name="sglang",
    title="SGLang",
    release="0.5.23 and pull request 37577",
    source="https://docs.sglang.io/docs/advanced_features/text_watermarking",
    schemes=("hf_synthid", "sglang_dual_key_gumbel", "sglang_gumbel"),
    configure=_configure,
    strip=("watermark", "custom_logit_processor", "custom_params"),
    unmarked="greedy answers, repeated contexts",
    compared=("sglang_dual_key_gumbel", "sglang_gumbel"),
)
