"""How well marks are found in students: `python benchmarks/radioactivity.py [--seeds 5] [--keys 1500]`.

A language of 96 symbols is marked, students learn by counting from shares of marked text, and what they write is scored
by every rule (`attribution.rules`); each figure is the median over seeds, with the least and largest. Then, over fresh
keys, how often each rule cries wolf; how many tokens an e-process asks for; what taggants and cohorts' codewords show.
A counting student recites what it read, so it learns marks better than a model of weights does: these figures compare
rules and marks with one another. Writes benchmarks/results/radioactivity.json and .md.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from publish import publish
from say import say
from stillwatch.attribution.codebook import leanings
from stillwatch.attribution.codeword import codeword_of, coins_of, rank_cohorts
from stillwatch.attribution.detect import scorer
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.holm import holm
from stillwatch.attribution.p_text import p_text
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_texts
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named, rules
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.sign_test import sign_test
from stillwatch.attribution.slot import LayeredMark, Slot, in_slot
from stillwatch.attribution.token_choices import TokenChoices, choices_of, counts_of, rewritten
from stillwatch.core.version import VERSION
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints
    from stillwatch.attribution.scheme import Scheme

_RESULTS: Final = Path(__file__).parent / "results"
_SYMBOLS: Final = 96
_LENGTH: Final = 128
_CORPUS: Final = 800
_SIZES: Final = {"20 k": 160, "256 k": 2_000}
_SHARES: Final = (0.0, 0.05, 0.1, 0.5, 1.0)
_MARKS: Final = {
    "Gumbel, 2 tokens of context": ("gumbel_siphash", {"context_width": 2}),
    "Gumbel, 4 tokens of context": ("gumbel_siphash", {"context_width": 4}),
    "tournament, 2 tokens of context": ("tournament_siphash", {"context_width": 2}),
    "green list, 1 token of context": ("green_siphash", {"context_width": 1}),
    "green list, 2 tokens of context": ("green_siphash", {"context_width": 2}),
}
_RULES: Final = tuple(rule for rule in rules() if not rule.is_of_probabilities)
_LEVELS: Final = (0.05, 0.01)
_COHORTS: Final = tuple(f"cohort {number}" for number in range(16))


class Case(NamedTuple):
    scheme: Scheme
    mark: Mark
    marked: Ints
    plain: Ints
    served: Counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--keys", type=int, default=1_500)
    asked = parser.parse_args()
    started = time.process_time()
    seeds = range(1, asked.seeds + 1)
    measured: dict[str, Any] = {
        "version": VERSION,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "seeds": asked.seeds,
        "found": {name: _found(name, seeds) for name in _MARKS},
        "false_alarms": {"keys": asked.keys, **_false_alarms(asked.keys)},
        "e_process": _e_process(seeds),
        "layered": _layered(seeds),
        "taggants": _taggants(seeds),
        "cohorts": _cohorts(seeds),
    }
    measured["cpu_s"] = round(time.process_time() - started)
    publish(_RESULTS, "radioactivity", measured, _page(measured))


def _case(name: str, seed: int) -> Case:
    scheme_name, parameters = _MARKS[name]
    scheme = open_scheme(scheme_name, parameters)
    language = SmallLanguage.of(symbols=_SYMBOLS, seed=seed)
    mark = Mark(scheme=scheme, key=scheme.key_of((1_000 + seed).to_bytes(16)))
    marked = language.sample(sequences=_CORPUS, length=_LENGTH, seed=10 * seed + 1, mark=mark)
    plain = language.sample(sequences=_CORPUS, length=_LENGTH, seed=10 * seed + 2)
    return Case(scheme, mark, marked, plain, contexts_of_texts(marked, width=scheme.context_width))


def _student(case: Case, share: float) -> CountingStudent:
    count = round(share * _CORPUS)
    return CountingStudent.of(np.vstack([case.marked[:count], case.plain[count:]]), symbols=_SYMBOLS)


def _found(name: str, seeds: range) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Share → size → rule → log10 p of each seed."""
    out: dict[str, dict[str, dict[str, list[float]]]] = {}
    for seed in seeds:
        say(f"{name}, seed {seed}")
        case = _case(name, seed)
        for share in _SHARES:
            student = _student(case, share)
            for size, sequences in _SIZES.items():
                text = student.sample(sequences=sequences, length=_LENGTH, seed=10 * seed + 3)
                table = table_of_texts(text, width=case.scheme.context_width)
                for rule in _RULES:
                    found = scorer(picked(table, rule, case.served), case.scheme)(case.mark.key)
                    cell = out.setdefault(f"{share:.0%}", {}).setdefault(size, {}).setdefault(rule.name, [])
                    cell.append(round(found.log10_p, 1))
    return out


def _false_alarms(keys: int) -> dict[str, dict[str, float]]:
    """Rule → level → share of fresh keys, each with a marked log of its own, that fall below it on clean text."""
    say(f"false alarms of {keys} keys")
    scheme = open_scheme("gumbel_siphash")
    language = SmallLanguage.of(symbols=39, seed=1)
    table = table_of_texts(language.sample(sequences=240, length=_LENGTH, seed=2), width=2)
    below = {rule.name: dict.fromkeys(map(str, _LEVELS), 0) for rule in _RULES}
    for number in range(keys):
        mark = Mark(scheme=scheme, key=scheme.key_of((9_000 + number).to_bytes(16)))
        log = language.sample(sequences=380, length=40, seed=5_000 + number, mark=mark)
        served = contexts_of_texts(log, width=2)
        for rule in _RULES:
            log10_p = scorer(picked(table, rule, served), scheme)(mark.key).log10_p
            for level in _LEVELS:
                below[rule.name][str(level)] += log10_p <= np.log10(level)
    return {name: {level: round(count / keys, 4) for level, count in counts.items()} for name, counts in below.items()}


def _e_process(seeds: range) -> dict[str, list[int | None]]:
    """Share → tokens that each seed's suspect was asked for until p ≤ 1e-6; none where 256 k do not suffice."""
    out: dict[str, list[int | None]] = {}
    for seed in seeds:
        case = _case("Gumbel, 2 tokens of context", seed)
        for share in _SHARES:
            text = _student(case, share).sample(sequences=_SIZES["256 k"], length=_LENGTH, seed=10 * seed + 3)
            process, tokens = EProcess(case.scheme, case.mark.key), None
            for at, reply in enumerate(text, 1):
                process.read([reply])
                if process.log10_p <= -6:
                    tokens = at * _LENGTH
                    break
            out.setdefault(f"{share:.0%}", []).append(tokens)
    return out


def _layered(seeds: range) -> dict[str, dict[str, list[float]]]:
    """Marked through 16 accounts, half of the contexts by a key of each: log10 p of the shared key, the least own."""
    scheme, slot_key = open_scheme("gumbel_siphash"), bytes(range(16))
    out: dict[str, dict[str, list[float]]] = {}
    for seed in seeds:
        say(f"layers, seed {seed}")
        language = SmallLanguage.of(symbols=_SYMBOLS, seed=seed)
        shared, *own = (Mark(scheme=scheme, key=scheme.key_of((100 * seed + n).to_bytes(16))) for n in range(17))
        accounts = np.arange(_CORPUS) % len(own)
        layers = LayeredMark(slot_key=slot_key, shared=shared, own=tuple(own), account_of=accounts)
        marked = language.sample(sequences=_CORPUS, length=_LENGTH, seed=10 * seed + 1, mark=layers)
        student = CountingStudent.of(marked, symbols=_SYMBOLS)
        for size, sequences in _SIZES.items():
            text = student.sample(sequences=sequences, length=_LENGTH, seed=10 * seed + 3)
            pairs = picked(table_of_texts(text, width=2), rule_named("mode"), contexts_of_texts([], width=2))
            score, score_own = (scorer(in_slot(pairs, Slot(slot_key, 2, layer)), scheme) for layer in (0, 1))
            cell = out.setdefault(size, {"shared": [], "least_account": []})
            cell["shared"].append(round(score(shared.key).log10_p, 1))
            cell["least_account"].append(round(min(score_own(one.key).log10_p for one in own), 1))
    return out


def _choices(language: SmallLanguage, seed: int, first: int, count: int) -> TokenChoices:
    """Contexts whose second choice is common, leaving out the commonest, which would touch too much text."""
    plain = language.sample(sequences=_CORPUS, length=_LENGTH, seed=10 * seed + 2)
    chosen = choices_of(table_of_texts(plain, width=2), first + count)
    return TokenChoices(*(one[first:] for one in chosen))


def _taggants(seeds: range) -> dict[str, Any]:
    out: dict[str, Any] = {"touched_share": [], "log10_p": {}}
    for seed in seeds:
        say(f"taggants, seed {seed}")
        language = SmallLanguage.of(symbols=_SYMBOLS, seed=seed)
        choices = _choices(language, seed, 120, 60)
        coins = coins_of(seed.to_bytes(16), choices.names)
        plain = language.sample(sequences=_CORPUS, length=_LENGTH, seed=10 * seed + 4)
        served = np.array([rewritten(text, choices, coins) for text in plain])
        out["touched_share"].append(round(float(np.mean(served != plain)), 4))
        baseline = counts_of(language.sample(sequences=4 * _CORPUS, length=_LENGTH, seed=10 * seed + 5), choices)
        for share in (0.0, 0.1, 1.0):
            count = round(share * _CORPUS)
            student = CountingStudent.of(np.vstack([served[:count], plain[count:]]), symbols=_SYMBOLS)
            text = student.sample(sequences=400, length=_LENGTH, seed=10 * seed + 6)
            found = sign_test(leanings(counts_of(text, choices), baseline), coins)
            out["log10_p"].setdefault(f"{share:.0%}", []).append(round(found.log10_p, 1))
    return out


def _cohorts(seeds: range) -> dict[str, Any]:
    """Of 16 cohorts with codewords of 240 choices: adjusted log10 p of those learned from, and the least of others."""
    out: dict[str, Any] = {}
    for seed in seeds:
        language = SmallLanguage.of(symbols=_SYMBOLS, seed=seed)
        choices, key = _choices(language, seed, 0, 240), seed.to_bytes(16)
        plain = language.sample(sequences=_CORPUS, length=_LENGTH, seed=10 * seed + 4)
        baseline = counts_of(language.sample(sequences=4 * _CORPUS, length=_LENGTH, seed=10 * seed + 5), choices)
        for learned_from in (1, 2, 4):
            words = [codeword_of(key, cohort, choices.names) for cohort in _COHORTS[:learned_from]]
            served = [rewritten(text, choices, words[at % learned_from]) for at, text in enumerate(plain)]
            student = CountingStudent.of(np.array(served), symbols=_SYMBOLS)
            text = student.sample(sequences=400, length=_LENGTH, seed=10 * seed + 6)
            ranked = rank_cohorts(leanings(counts_of(text, choices), baseline), key, _COHORTS, choices.names)
            adjusted = holm([one.log10_p for one in ranked], tried=len(ranked))
            by_name = {one.cohort: round(float(p), 1) for one, p in zip(ranked, adjusted, strict=True)}
            cell = out.setdefault(str(learned_from), {"learned_from": [], "least_of_others": []})
            cell["learned_from"].append(sorted(by_name[name] for name in _COHORTS[:learned_from]))
            cell["least_of_others"].append(min(by_name[name] for name in _COHORTS[learned_from:]))
    return out


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def _page(measured: dict[str, Any]) -> str:
    made_by = f"stillwatch {measured['version']}, {measured['machine']}, {measured['seeds']} seeds"
    lines = [
        "# How well marks are found in students",
        "",
        f"{made_by}, {measured['cpu_s']} s of processor time.",
        "log10 p: median over seeds (least to largest). Counting students; see `benchmarks/radioactivity.py`.",
    ]
    for name, shares in measured["found"].items():
        for size in _SIZES:
            lines += [
                "",
                f"## {name}, {size} suspect tokens",
                "",
                "| marked share | ",
                "|---" * (len(_RULES) + 1) + "|",
            ]
            lines[-2] += " | ".join(f"`{rule.name}`" for rule in _RULES) + " |"
            for share, sizes in shares.items():
                lines.append(f"| {share} | {' | '.join(_spread(sizes[size][rule.name]) for rule in _RULES)} |")
    alarms = dict(measured["false_alarms"])
    keys = alarms.pop("keys")
    lines += [
        "",
        f"## False alarms over {keys:,} keys, each with a marked log of its own",
        "",
        "| rule | at .05 | at .01 |",
    ]
    lines += ["|---|---|---|", *(f"| {name} | {one['0.05']:.4f} | {one['0.01']:.4f} |" for name, one in alarms.items())]
    lines += [
        "",
        "## Tokens that an e-process asks for until p ≤ 1e-6",
        "",
        "| marked share | each seed |",
        "|---|---|",
    ]
    for share, tokens in measured["e_process"].items():
        lines.append(f"| {share} | {', '.join('not by 256 k' if one is None else f'{one:,}' for one in tokens)} |")
    lines += ["", "## One shared key and 16 accounts' keys, half of the contexts each (`mode`, all text marked)", ""]
    lines += ["| suspect tokens | the shared key | the lowest of 16 accounts' keys |", "|---|---|---|"]
    for size, cell in measured["layered"].items():
        lines.append(f"| {size} | {_spread(cell['shared'])} | {_spread(cell['least_account'])} |")
    touched = max(measured["taggants"]["touched_share"])
    lines += ["", f"## Taggants: 60 choices, at most {touched:.2%} of tokens rewritten, 51 k suspect tokens", ""]
    lines += ["| tagged share | log10 p |", "|---|---|"]
    lines += [f"| {share} | {_spread(values)} |" for share, values in measured["taggants"]["log10_p"].items()]
    lines += ["", "## Cohorts: 240 choices, codewords of 16 cohorts, p after Holm's correction", ""]
    lines += [
        "| learned from | the weakest of those, each seed | the least of all others, each seed |",
        "|---|---|---|",
    ]
    for count, cell in measured["cohorts"].items():
        weakest = ", ".join(p_text(one[-1]) for one in cell["learned_from"])
        others = ", ".join(p_text(one) for one in cell["least_of_others"])
        lines.append(f"| {count} | {weakest} | {others} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
