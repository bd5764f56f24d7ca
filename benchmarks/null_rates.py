"""How often text that met no key is called marked: `python benchmarks/null_rates.py [--work FILE]`.

Every scheme and every test of ours over fresh keys, at 30,000 tokens of varied, repeated and templated text, beside the
detectors of transformers on the same tokens (`make .venv/.hf`). A right p-value is at most .05 for a twentieth of keys
and at most .01 for a hundredth. What was measured is kept in the file of `--work` after each piece, and is not measured
again: the detectors of transformers take seconds for a key. Written to benchmarks/results/null-rates.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import stats

from publish import publish
from stillwatch.attribution.codebook import leanings
from stillwatch.attribution.detect import detect_pairs, pairs_of, scorer
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_probabilities, table_of_texts
from stillwatch.attribution.paired import paired_test
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named, rules
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.sign_test import sign_test
from stillwatch.core.version import VERSION
from stillwatch.evaluation.small_language import SmallLanguage

_HERE: Final = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent / "tests"))

from attribution_texts import TEXTS  # noqa: E402  # beside the tests
from beside_transformers import PYTHON, ask  # noqa: E402  # same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stillwatch.attribution.scheme import Key, Scheme

_TOKENS: Final = 30_000
_LEVELS: Final = (0.05, 0.01)
_AT_ONCE: Final = 10
"""Keys of one question to transformers."""
_SETTINGS: Final[tuple[tuple[str, dict[str, int | float | str]], ...]] = (
    ("gumbel_siphash", {"context_width": 2}),
    ("gumbel_siphash", {"context_width": 4}),
    ("green_siphash", {"context_width": 1}),
    ("tournament_siphash", {}),
    ("vllm_gumbel", {"context_width": 2}),
    ("vllm_dual_key_gumbel", {"context_width": 2}),
    ("vllm_sbw", {}),
    ("vllm_sbw", {"seeding": "lefthash", "context_width": 1}),
    ("sglang_gumbel", {"context_width": 2}),
    ("sglang_dual_key_gumbel", {"context_width": 2}),
    ("hf_synthid", {}),
    ("hf_lefthash", {"vocabulary": 2_000}),
    ("hf_selfhash", {"vocabulary": 2_000}),
    ("unigram", {"vocabulary": 2_000}),
)
_THEIRS: Final = (("lefthash", 1, False), ("lefthash", 1, True), ("selfhash", 4, True))
_CHOICES: Final = 60
_PAIRS: Final = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--their-keys", type=int, default=300, help="of them for transformers, seconds each; tens")
    parser.add_argument("--work", type=Path, default=Path("out/null-rates.jsonl"))
    parser.add_argument("--kept-only", action="store_true", help="measure nothing more, and tell of what is kept")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    kept = _Kept(asked.work, measures=not asked.kept_only)
    cells = [*_ours(asked.keys, kept), *_theirs(asked.keys, min(asked.keys, asked.their_keys), kept)]
    rows = [_row(*cell) for cell in cells if cell[2]]
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "tokens": _TOKENS,
        "keys": asked.keys,
        "cpu_s": round(kept.cpu_s, 1),
        "rates": rows,
        "not_measured": list(dict.fromkeys(name for name, _, found, *_ in cells if not found)),
    }
    publish(asked.results, "null-rates", measured, _page(measured))
    sys.exit(1 if any(row["ours"] and not row["within_band"] for row in rows) else 0)


class _Kept:
    """Pieces that were measured, by name; one line of JSON each."""

    def __init__(self, path: Path, *, measures: bool) -> None:
        self._measures = measures
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self._known: dict[str, dict[str, Any]] = {one["name"]: one for one in map(json.loads, lines)}

    @property
    def cpu_s(self) -> float:
        return sum(one["cpu_s"] for one in self._known.values())

    def log10_ps(self, name: str, measure: Callable[[], list[float]]) -> list[float]:
        if name not in self._known and not self._measures:
            return []
        if name not in self._known:
            started = _cpu_s()
            made = {"name": name, "log10_ps": [round(one, 6) for one in measure()]}
            made["cpu_s"] = round(_cpu_s() - started, 2)
            with self._path.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(made) + "\n")
            self._known[name] = made
            print(f"{name}: {made['cpu_s']} s", file=sys.stderr)
        found: list[float] = self._known[name]["log10_ps"]
        return found


def _cpu_s() -> float:
    """Of this process and of those that it waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _ours(keys: int, kept: _Kept) -> Iterator[tuple[str, str, list[float], bool, bool]]:
    for name, parameters in _SETTINGS:
        scheme = open_scheme(name, parameters)
        for kind, made in TEXTS.items():
            measure = partial(_of_scheme, scheme, made, keys)
            yield (
                scheme.identity,
                kind,
                kept.log10_ps(f"{scheme.identity} | {kind} | {keys}", measure),
                True,
                scheme.null.is_exact,
            )
    language = SmallLanguage.of(symbols=39, seed=1)
    for scheme in (
        open_scheme("gumbel_siphash", {"context_width": 2}),
        open_scheme("green_siphash", {"context_width": 1}),
    ):
        for test in (*(rule.name for rule in rules()), "eprocess"):
            for kind in ("language", "language in templates"):
                measure = partial(_of_test, test, scheme, language, kind, keys)
                name = f"{test} with {scheme.name}"
                is_exact = scheme.null.is_exact and test != "eprocess"
                yield name, kind, kept.log10_ps(f"{name} | {kind} | {keys}", measure), True, is_exact
    for name, measured in (("codebook", _of_codebook), ("paired, signs", _of_signs), ("paired, weighed", _of_weighed)):
        yield name, "choices", kept.log10_ps(f"{name} | {keys}", partial(measured, keys)), True, False


def _of_scheme(scheme: Scheme, made: Callable[[int], Sequence[Any]], keys: int) -> list[float]:
    score_of = scorer(pairs_of(made(_TOKENS), scheme.context_width), scheme)
    return [score_of(key).log10_p for key in _fresh(scheme, keys, 41)]


def _of_test(test: str, scheme: Scheme, language: SmallLanguage, kind: str, keys: int) -> list[float]:
    width = scheme.context_width
    texts = language.sample(sequences=_TOKENS // 125, length=125, seed=2)
    if kind != "language":
        opening = np.tile(language.sample(sequences=1, length=25, seed=4), (len(texts) // 4, 1))
        texts = np.tile(np.hstack([opening, texts[: len(texts) // 4, 25:]]), (4, 1))
    if test == "eprocess":
        first = EProcess(scheme, scheme.key_of(bytes(32)))
        first.read(texts)
        return [first.under(key).log10_p for key in _fresh(scheme, keys, 42)]
    rule = rule_named(test)
    served = contexts_of_texts(language.sample(sequences=_TOKENS // 125, length=125, seed=5), width=width)
    if rule.is_of_probabilities:
        contexts = pairs_of(texts, 2).contexts
        chances = np.exp(language.logits[contexts[:, 0], contexts[:, 1]])
        likeliest = np.argsort(-chances, axis=1)[:, :5]
        table = table_of_probabilities(
            contexts[:, 2 - width :], likeliest, np.take_along_axis(chances, likeliest, axis=1)
        )
    else:
        table = table_of_texts(texts, width=width)
    pairs = picked(table, rule, served)
    return [detect_pairs(pairs, scheme, key).log10_p for key in _fresh(scheme, keys, 43)]


def _of_codebook(keys: int) -> list[float]:
    """Counts of options in two texts that share habits and no coin."""
    rng = np.random.default_rng(44)
    habits = rng.random(_CHOICES)
    seen, clean = (
        np.stack([n := rng.integers(0, 60, _CHOICES), n - rng.binomial(n, habits)], axis=1) for _ in range(2)
    )
    lean = leanings(seen, clean)
    return [sign_test(lean, rng.random(_CHOICES) < 0.5).log10_p for _ in range(keys)]


def _of_signs(keys: int) -> list[float]:
    rng = np.random.default_rng(45)
    differences = rng.normal(0.3, 2.0, _PAIRS)
    return [sign_test(np.sign(differences).astype(np.int64), rng.random(_PAIRS) < 0.5).log10_p for _ in range(keys)]


def _of_weighed(keys: int) -> list[float]:
    rng = np.random.default_rng(46)
    differences = rng.normal(0.3, 2.0, _PAIRS)
    return [paired_test(differences, rng.random(_PAIRS) < 0.5, seed=at).log10_p_weighed for at in range(keys)]


def _fresh(scheme: Scheme, keys: int, seed: int) -> Iterator[Key]:
    rng = np.random.default_rng(seed)
    return (scheme.key_of(rng.bytes(32)) for _ in range(keys))


def _theirs(keys: int, their_keys: int, kept: _Kept) -> Iterator[tuple[str, str, list[float], bool, bool]]:
    for kind in ("natural", "templated"):
        label = "SBW by contexts and z-test, as vLLM counts"
        measure = partial(_sbw_by_contexts, TEXTS[kind], keys)
        yield label, kind, kept.log10_ps(f"{label} | {kind} | {keys}", measure), False, False
    if not PYTHON.exists():
        return
    drawn = [int(key) for key in np.random.default_rng(31).integers(1 << 20, 1 << 31, keys)]
    for kind in ("natural", "templated"):
        tokens = [int(token) for text in TEXTS[kind](_TOKENS) for token in text]
        for seeding, width, once in _THEIRS:
            label = f"transformers {seeding}, {'windows once' if once else 'its default'}"
            found: list[float] = []
            settings = {"seeding": seeding, "context_width": width, "vocabulary": 2_000, "ignore_repeated": once}
            for at in range(0, their_keys, _AT_ONCE):
                name = f"{label} | {kind} | {at}"
                found += kept.log10_ps(name, partial(_asked, tokens, drawn[at : at + _AT_ONCE], settings))
            yield label, kind, found, False, False


def _sbw_by_contexts(made: Callable[[int], Sequence[Any]], keys: int) -> list[float]:
    """As vLLM's own detector counts: each context of four tokens once, and a normal law."""
    scheme = open_scheme("vllm_sbw")
    pairs = pairs_of(made(_TOKENS), 4)
    first = np.unique(pairs.contexts, axis=0, return_index=True)[1]
    contexts, tokens = pairs.contexts[first, 1:], pairs.tokens[first]
    sums = [float(scheme.scores(contexts, tokens, key).sum()) for key in _fresh(scheme, keys, 47)]
    z = (np.array(sums) - 0.5 * len(first)) / (len(first) * 0.25) ** 0.5
    return (stats.norm.logsf(z) / np.log(10.0)).tolist()


def _asked(tokens: list[int], keys: list[int], settings: dict[str, Any]) -> list[float]:
    said = np.array(ask("detect", tokens=tokens, keys=keys, **settings)["of_keys"])
    return np.log10(np.maximum(said, 1e-300)).tolist()


def _row(name: str, kind: str, log10_ps: list[float], ours: bool, is_exact: bool) -> dict[str, Any]:
    low = [int(np.sum(np.array(log10_ps) <= np.log10(level) + 1e-9)) for level in _LEVELS]
    bands = [stats.binom.interval(0.9999, len(log10_ps), level) for level in _LEVELS]
    within = all(few <= count or not is_exact for count, (few, _) in zip(low, bands, strict=True))
    within &= all(count <= many for count, (_, many) in zip(low, bands, strict=True))
    return {
        "detector": name,
        "text": kind,
        "ours": ours,
        "keys": len(log10_ps),
        "at_.05": round(low[0] / len(log10_ps), 4),
        "at_.01": round(low[1] / len(log10_ps), 4),
        "lowest_log10_p": round(min(log10_ps), 2),
        "within_band": bool(within),
    }


def _page(measured: dict[str, Any]) -> str:
    keys = measured["keys"]
    band = " and ".join(f"{one / keys:.3f}" for one in stats.binom.interval(0.95, keys, 0.05))
    lines = [
        "# How often text that met no key is called marked",
        "",
        f"stillwatch {measured['version']}, Python {measured['python']}, {measured['measured_at']};",
        f"{measured['tokens']:,} tokens, {keys} fresh keys a row where no other number stands,",
        f"{measured['cpu_s']:,.0f} s of processor time. Share of keys with p ≤ .05 and ≤ .01; by chance the first lies",
        f"between {band} in nineteen rows of twenty. Counts come in steps and e-processes are",
        "bounds, so those lie lower. Rows of `transformers` are its own detectors on the same tokens.",
        *(["", f"Not measured yet: {', '.join(measured['not_measured'])}."] if measured["not_measured"] else []),
        "",
        "| detector or test | text | keys | p ≤ .05 | p ≤ .01 | lowest log10 p |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for row in measured["rates"]:
        rates = f"{row['at_.05']:.3f} | {row['at_.01']:.3f}{'' if row['within_band'] else ' **too often**'}"
        lines.append(f"| {row['detector']} | {row['text']} | {row['keys']} | {rates} | {row['lowest_log10_p']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
