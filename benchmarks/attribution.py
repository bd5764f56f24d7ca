"""Detectors of marks beside those of transformers and vLLM: `python benchmarks/attribution.py [--vllm FOLDER]`.

Two questions, asked in one run on one machine with the same tokens. How many tokens a second of one processor's time
does exact detection take, from token ids to a p-value? And how often is text that met no key called marked at .01?
transformers runs in an environment of its own (`make bench` makes it). vLLM's reference detector is run where
`--vllm` names an unpacked source or wheel of it; the flaws of its other detectors are computed from their formulas.
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
from stillwatch.attribution.detect import detect, pairs_of
from stillwatch.attribution.nulls import log10_dual_gamma_tail
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent / "tests"))

from attribution_texts import natural, templated  # noqa: E402  # beside the tests
from beside_transformers import ask  # noqa: E402  # same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.scheme import Scheme

_VOCABULARY: Final = 50_257
_SETTINGS: Final[tuple[tuple[str, dict[str, int | float | str], int], ...]] = (
    ("gumbel_siphash", {"context_width": 2}, 1),
    ("gumbel_siphash", {"context_width": 4}, 1),
    ("green_siphash", {"context_width": 1}, 1),
    ("tournament_siphash", {"context_width": 4}, 1),
    ("vllm_gumbel", {"context_width": 4}, 1),
    ("vllm_dual_key_gumbel", {"context_width": 4}, 1),
    ("vllm_sbw", {}, 1),
    ("hf_synthid", {}, 1),
    ("unigram", {}, 1),
    ("hf_lefthash", {}, 1),
    ("hf_selfhash", {}, 20),
)
"""Scheme, parameters, and by how much fewer tokens it is given."""
_TARGET: Final = 1e6
_BOUND: Final = ("hf_lefthash", "hf_selfhash")
"""Each seed costs a permutation of the vocabulary, in whatever program; no target."""
_LEVEL: Final = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=200, help="for false alarms; their detectors get at most 100")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--vllm", type=Path, help="folder that holds vLLM's package `vllm`")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": f"python benchmarks/attribution.py --tokens {asked.tokens} --keys {asked.keys}"
        + (" --vllm FOLDER" if asked.vllm else ""),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "tokens": asked.tokens,
        "tokens_per_cpu_s": _speeds(asked.tokens, asked.rounds),
        "others_tokens_per_cpu_s": _other_speeds(asked.vllm),
        "false_alarms": _false_alarms(asked.keys),
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


def _false_alarms(keys: int) -> dict[str, float]:
    """Share of keys with p ≤ .01 in text that met none of them."""
    few = [int(key) for key in np.random.default_rng(31).integers(1 << 20, 1 << 31, min(keys, 100))]
    shares: dict[str, float] = {}
    for kind, texts in (("varied", natural(3_000)), ("templated", templated(3_000))):
        tokens = [int(token) for text in texts for token in text]
        for seeding, width, ignore in (("lefthash", 1, False), ("lefthash", 1, True), ("selfhash", 4, True)):
            settings = {"seeding": seeding, "context_width": width, "vocabulary": 2_000, "ignore_repeated": ignore}
            said = np.array(ask("detect", tokens=tokens, keys=few, **settings)["of_keys"])
            counted = "windows once" if ignore else "its default"
            shares[f"transformers {seeding}, {counted} | {kind}, 3,000 tokens"] = float(np.mean(said <= _LEVEL))
    for size in (3_000, 30_000):
        for kind, texts in (("varied", natural(size)), ("templated", templated(size))):
            shares[f"SBW by contexts and z-test | {kind}, {size:,} tokens"] = _sbw_by_contexts(texts, keys)
    for name, parameters, _ in _SETTINGS:
        small = {**parameters, **({"vocabulary": 2_000} if name.startswith(("hf_l", "hf_self", "unig")) else {})}
        scheme = open_scheme(name, small)
        size = 3_000 if name == "hf_selfhash" else 30_000
        for kind, texts in (("varied", natural(size)), ("templated", templated(size))):
            shares[f"ours: {_label(scheme)} | {kind}, {size:,} tokens"] = _ours(scheme, texts, keys)
    return shares


def _ours(scheme: Scheme, texts: Sequence[Any], keys: int) -> float:
    rng = np.random.default_rng(41)
    return float(np.mean([detect(texts, scheme, scheme.key_of(rng.bytes(32))).log10_p <= -2 for _ in range(keys)]))


def _sbw_by_contexts(texts: Sequence[Any], keys: int) -> float:
    """As the engine's own detector counts: each context of four tokens once, and a normal law."""
    scheme, rng = open_scheme("vllm_sbw"), np.random.default_rng(42)
    pairs = pairs_of(texts, 4)
    first = np.unique(pairs.contexts, axis=0, return_index=True)[1]
    contexts, tokens = pairs.contexts[first, 1:], pairs.tokens[first]
    spread = (len(first) * 0.25) ** 0.5
    z = [
        (float(scheme.scores(contexts, tokens, scheme.key_of(rng.bytes(32))).sum()) - 0.5 * len(first)) / spread
        for _ in range(keys)
    ]
    return float(np.mean(special.ndtr(-np.array(z)) <= _LEVEL))


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
        f"{measured['tokens']:,} tokens, vocabulary {_VOCABULARY:,} (`hf_selfhash`: a twentieth of them).",
        "",
        "| detector | tokens a CPU second | beside |",
        "| --- | ---: | --- |",
    ]
    for name, speed in measured["tokens_per_cpu_s"].items():
        peer = next((peer for start, peer in _PEERS.items() if name.startswith(start)), None)
        beside = f"{speed / peers[peer]:,.1f} × {peer}" if peer in peers else ""
        lines.append(f"| {name} | {speed:,.0f} | {beside} |")
    lines += [f"| {name} | {speed:,.0f} | |" for name, speed in peers.items()]
    lines += [
        "",
        f"How often text that met no key has p ≤ {_LEVEL}:",
        "",
        "| detector | text | share |",
        "| --- | --- | ---: |",
    ]
    for name, share in measured["false_alarms"].items():
        detector, text = name.split(" | ")
        lines.append(f"| {detector} | {text} | {share:.3f} |")
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
