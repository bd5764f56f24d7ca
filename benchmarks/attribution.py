"""Detectors of marks beside those of transformers and vLLM: `python benchmarks/attribution.py [--vllm FOLDER]`.

How many tokens a second of one processor's time does exact detection take, from token ids to a p-value? All are asked
in one run on one machine. How often each calls text marked that met no key is measured by `benchmarks/null_rates.py`.
transformers runs in an environment of its own (`make bench` makes it). vLLM's reference detector is run where `--vllm`
names an unpacked source or wheel of it; the flaw of its detector with two keys is computed from its formula.
Tokens are invented, with frequencies that fall as words' do. Written to benchmarks/results/attribution.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import special

from publish import publish
from stillwatch.attribution.detect import detect
from stillwatch.attribution.nulls import log10_dual_gamma_tail
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent / "tests"))

from attribution_texts import natural  # noqa: E402  # beside the tests
from beside_transformers import ask  # noqa: E402  # same

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Scheme

_VOCABULARY: Final = 50_257
_SETTINGS: Final[tuple[tuple[str, dict[str, int | float | str], int], ...]] = (
    ("gumbel_siphash", {"context_width": 2}, 1),
    ("gumbel_siphash", {"context_width": 4}, 1),
    ("green_siphash", {"context_width": 1}, 1),
    ("tournament_siphash", {"context_width": 4}, 1),
    ("vllm_gumbel", {"context_width": 4}, 1),
    ("vllm_dual_key_gumbel", {"context_width": 4}, 1),
    ("sglang_gumbel", {"context_width": 4}, 1),
    ("sglang_dual_key_gumbel", {"context_width": 4}, 1),
    ("vllm_sbw", {}, 1),
    ("hf_synthid", {}, 1),
    ("unigram", {}, 1),
    ("hf_lefthash", {}, 1),
    ("hf_selfhash", {}, 1),
)
"""Scheme, parameters, and by how much fewer tokens it is given."""
_TARGET: Final = 1e6
_BOUND: Final = ("hf_selfhash",)
"""Nearly each token has a seed of its own, and each seed costs 12,564 words of MT19937, in whatever program."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vllm", type=Path, help="folder that holds vLLM's package `vllm`")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": f"python benchmarks/attribution.py --tokens {asked.tokens}"
        + (" --vllm FOLDER" if asked.vllm else ""),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "tokens": asked.tokens,
        "tokens_per_cpu_s": _speeds(asked.tokens, asked.rounds),
        "others_tokens_per_cpu_s": _other_speeds(asked.vllm),
        "matched_gamma": _matched_gamma(),
    }
    publish(asked.results, "attribution", measured, _page(measured))
    slow = [name for name, speed in measured["tokens_per_cpu_s"].items() if speed < _TARGET]
    sys.exit(1 if set(slow) - {_label(open_scheme(name)) for name in _BOUND} else 0)


def _speeds(tokens: int, rounds: int) -> dict[str, float]:
    speeds = {}
    for name, parameters, divisor in _SETTINGS:
        scheme = open_scheme(name, parameters)
        texts = natural(tokens // divisor, vocabulary=_VOCABULARY)
        key = scheme.key_of(bytes(range(32)))
        detect(texts[:2], scheme, key)
        took = []
        for _ in range(rounds):
            started = time.process_time()
            detect(texts, scheme, key)
            took.append(time.process_time() - started)
        speeds[_label(scheme)] = tokens // divisor / statistics.median(took)
    return speeds


def _other_speeds(vllm: Path | None) -> dict[str, float]:
    tokens = [int(token) for text in natural(3_000, vocabulary=_VOCABULARY) for token in text]
    speeds = {}
    for seeding, width in (("lefthash", 1), ("selfhash", 4)):
        settings = {"seeding": seeding, "context_width": width, "vocabulary": _VOCABULARY}
        took = float(ask("detect", tokens=tokens, keys=[15485863], **settings)["cpu_s"])
        speeds[f"transformers {seeding}"] = len(tokens) / took
    signed = [int(key) for key in np.random.default_rng(1).integers(0, 1 << 40, 30)]
    took = float(ask("bits", tokens=tokens * 4, keys=[signed], ngram_len=5, show=False)["cpu_s"])
    speeds["transformers SynthID, bits and repeats"] = 4 * len(tokens) / took
    if vllm is not None:
        many = [int(token) for text in natural(100_000, vocabulary=_VOCABULARY) for token in text]
        took = float(ask("vllm", tokens=many, keys=[42], folder=str(vllm), context_width=4)["cpu_s"])
        speeds["vLLM Gumbel detector, CPU"] = len(many) / took
    return speeds


def _matched_gamma() -> list[dict[str, float]]:
    """By how much the moment-matched Gamma of the detector with two keys claims too much, 200 tokens, alpha .1."""
    variance = 0.9**2 + 0.1**2
    rows = []
    for total in (280.0, 330.0, 380.0, 400.0):
        claimed = float(np.log10(special.gammaincc(200 / variance, total / variance)))
        rows.append({"claimed_log10_p": claimed, "exact_log10_p": log10_dual_gamma_tail(200, total, 0.1)})
    return rows


def _label(scheme: Scheme) -> str:
    named = ("context_width", "seeding", "ngram_len", "layers")
    told = [f"{name} {scheme.parameters[name]}" for name in named if name in scheme.parameters]
    return ", ".join([scheme.name, *told])


def _page(measured: dict[str, Any]) -> str:
    peers = measured["others_tokens_per_cpu_s"]
    lines = [
        "# Detection of marks",
        "",
        f"`{measured['command']}`, {measured['measured_at']}, Python {measured['python']}, {measured['cores']} cores,",
        f"load {measured['load_average']:.1f} at the end. Tokens a second of processor time, from ids to a p-value;",
        f"{measured['tokens']:,} tokens, vocabulary {_VOCABULARY:,}.",
        "",
        "| detector | tokens a CPU second | beside |",
        "| --- | ---: | --- |",
    ]
    for name, speed in measured["tokens_per_cpu_s"].items():
        peer = next((peer for start, peer in _PEERS.items() if name.startswith(start)), None)
        beside = f"{speed / peers[peer]:,.1f} × {peer}" if peer in peers else ""
        lines.append(f"| {name} | {speed:,.0f} | {beside} |")
    lines += [f"| {name} | {speed:,.0f} | |" for name, speed in peers.items()]
    lines += ["", "Two keys, 200 tokens, alpha 0.1: what a moment-matched Gamma claims, and the exact figure.", ""]
    lines += ["| claimed log10 p | exact | too small by |", "| ---: | ---: | ---: |"]
    for row in measured["matched_gamma"]:
        claimed, exact = row["claimed_log10_p"], row["exact_log10_p"]
        lines.append(f"| {claimed:.2f} | {exact:.2f} | × {10 ** (exact - claimed):.1f} |")
    return "\n".join(lines) + "\n"


_PEERS: Final = {
    "hf_lefthash": "transformers lefthash",
    "hf_selfhash": "transformers selfhash",
    "hf_synthid": "transformers SynthID, bits and repeats",
    "vllm_gumbel": "vLLM Gumbel detector, CPU",
}


if __name__ == "__main__":
    main()
