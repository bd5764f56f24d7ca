"""How well and how fast names are screened: `python benchmarks/screening.py [--seed 900] [--accounts 24000]`.

A list of 20,000 invented names is made and asked (evaluation/name_set.py): six kinds of disturbance each by itself,
words shuffled with slips, near misses and strangers. Persons and companies, and names in Chinese characters, are told
apart. Beside it, in the same run: rapidfuzz's WRatio over the whole list, and over pairs; nomenklatura's logic-v2 over
pairs, where the environment variable STILLWATCH_NOMENKLATURA_PYTHON names a Python that has it. Where
STILLWATCH_NAME_BENCH names nomenklatura's contrib/name_bench/cases.csv, its pairs are scored too. Times are processor
time. Writes benchmarks/results/screening.json and .md.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidfuzz import fuzz, process

from say import say
from stillwatch.core.listed_entity import EntityType
from stillwatch.core.version import VERSION
from stillwatch.evaluation.invented_names import Culture
from stillwatch.evaluation.name_set import NameSet, compose_names
from stillwatch.screening.compare_names import compare_names
from stillwatch.screening.matcher import Matcher
from stillwatch.screening.query import Query
from stillwatch.screening.read_name import read_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stillwatch.evaluation.name_set import Asked

_RESULTS: Final = Path(__file__).parent / "results"
_CHINESE: Final = (Culture.CHINESE, Culture.CHINESE_COMPANY)
_SCHEMAS: Final = {
    "Person": EntityType.PERSON,
    "Company": EntityType.ORGANISATION,
    "Organization": EntityType.ORGANISATION,
    "Vessel": EntityType.VESSEL,
}
_SCHEMA_OF: Final = {EntityType.PERSON: "Person", EntityType.ORGANISATION: "Company"}
_SCANNED: Final = 60
"""Queries that WRatio scans the whole list for: it takes a tenth of a second each."""
_HOSTILE: Final = ("ab " * 400, "al " * 99, "中文" * 200, "a b c " * 99, "x" * 9_999, "schtsch" * 99)
_LOGIC_V2: Final = """
import json, sys, time
from uuid import uuid4
from followthemoney import ValueEntity, model
from nomenklatura.matching.logic_v2.model import LogicV2
config = LogicV2.default_config()
def score(schema, one, other):
    entities = []
    for name in (one, other):
        entity = ValueEntity(model.get(schema), {"id": uuid4().hex})
        entity.add("name", name)
        entities.append(entity)
    return float(LogicV2.compare(*entities, config).score)
pairs = json.load(sys.stdin)
score(*pairs[0])
started = time.process_time()
scores = [score(*pair) for pair in pairs]
json.dump({"scores": scores, "seconds": time.process_time() - started}, sys.stdout)
"""


class _Pair(NamedTuple):
    schema: str
    one: str
    other: str
    is_match: bool
    quality: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=900)
    parser.add_argument("--accounts", type=int, default=24_000)
    options = parser.parse_args()
    figures = measured(options.seed, options.accounts)
    (_RESULTS / "screening.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (_RESULTS / "screening.md").write_text(page(figures, options), encoding="utf-8")


def measured(seed: int, accounts: int) -> dict[str, Any]:
    say("a list of 20,000 names")
    made = compose_names(asked=6_000, seed=seed)
    started = time.process_time()
    matcher = Matcher(made.listed)
    figures: dict[str, Any] = {"version": VERSION, "seed": seed, "index_s": round(time.process_time() - started, 2)}
    say(f"{len(made.asked)} questions")
    figures["retrieval"] = retrieval(made, matcher)
    chinese = compose_names(8_000, asked=3_000, seed=seed + 1, cultures=_CHINESE)
    figures["chinese"] = retrieval(chinese, Matcher(chinese.listed))
    say("times")
    figures["times"] = times(made, matcher)
    figures["hostile_ms"] = hostile(matcher)
    say("rapidfuzz over the list")
    figures["wratio_scan"] = wratio_scan(made)
    say("pairs")
    figures["pairs"] = {"synthetic": scored_pairs(synthetic_pairs(made))}
    cases = os.environ.get("STILLWATCH_NAME_BENCH")
    if cases:
        figures["pairs"]["name_bench"] = scored_pairs(name_bench(Path(cases)))
    say(f"{accounts} accounts")
    figures["batch"] = batch(matcher, made, accounts)
    return figures


def retrieval(made: NameSet, matcher: Matcher) -> dict[str, Any]:
    """Of each kind: how often the right entity is first, among ten, and at or above the threshold; and false alarms."""
    rows: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    decided = [0, 0, 0]
    for asked in made.asked:
        hits = matcher.screen(_query(asked), least=0.0)
        ids = [hit.entity.source_id for hit in hits]
        alarms = [hit.entity.source_id for hit in hits if hit.score >= Matcher.threshold]
        side = "companies" if asked.entity_type is EntityType.ORGANISATION else "persons"
        if asked.source_id:
            row = (ids[:1] == [asked.source_id], asked.source_id in ids, asked.source_id in alarms)
            for key in ("all", asked.kind, side):
                rows[key].append(row)
            decided[0 if row[2] else 2] += 1
        else:
            for key in (asked.kind, f"not listed, {side}"):
                rows[key].append((bool(alarms),))
            decided[1] += bool(alarms)
    precision, recall, f1 = _f1(*decided)
    table = {
        key: {"asked": len(found)}
        | dict(zip(_names(found[0]), (_mean(column) for column in zip(*found, strict=True)), strict=True))
        for key, found in sorted(rows.items())
    }
    return {"rows": table, "precision": precision, "recall": recall, "f1": f1}


def _names(row: tuple[float, ...]) -> tuple[str, ...]:
    return ("recall_at_1", "recall_at_10", "found_at_threshold") if len(row) > 1 else ("false_alarms",)


def times(made: NameSet, matcher: Matcher) -> dict[str, float]:
    """Microseconds, the best of three: a look-up, a pair with its explanation, reading a name, a whole screening."""
    asked = made.asked[:1_000]
    queries = [_query(one) for one in asked]
    pairs = [
        (read_name(one.name, one.entity_type), read_name(one.beside, one.entity_type)) for one in asked if one.beside
    ]
    candidates = matcher.candidates
    reads = [read_name(one.name, one.entity_type) for one in asked]
    return {
        "look_up_us": _best(lambda: [candidates.nearest(read, most=10) for read in reads], len(reads)),
        "pair_explained_us": _best(lambda: [compare_names(*pair).why() for pair in pairs], len(pairs)),
        "pair_wratio_us": _best(lambda: [fuzz.WRatio(one.text, other.text) for one, other in pairs], len(pairs)),
        "read_us": _best(lambda: [read_name(one.name, one.entity_type) for one in asked], len(asked)),
        "screen_us": _best(lambda: [matcher.screen(query) for query in queries], len(queries)),
    }


def hostile(matcher: Matcher) -> float:
    """The slowest of hostile names, screened and compared with one another, in milliseconds."""
    worst = 0.0
    for name in _HOSTILE:
        for work in (
            lambda: matcher.screen(Query(name=name)),  # noqa: B023 - called at once
            lambda: [compare_names(read_name(name), read_name(other[::-1])) for other in _HOSTILE],  # noqa: B023
        ):
            worst = max(worst, _best(work, 1) / 1e3)
    return round(worst, 2)


def wratio_scan(made: NameSet) -> dict[str, float]:
    rows = [(name.text.casefold(), entity.source_id) for entity in made.listed for name in entity.names]
    texts = [text for text, _ in rows]
    asked = [one for one in made.asked if one.source_id][:_SCANNED]
    started = time.process_time()
    found = [process.extract(one.name.casefold(), texts, scorer=fuzz.WRatio, limit=10) for one in asked]
    spent = time.process_time() - started
    ids = [[rows[int(place)][1] for _, _, place in hits] for hits in found]
    return {
        "asked": len(asked),
        "recall_at_1": _mean(one.source_id == hits[0] for one, hits in zip(asked, ids, strict=True)),
        "recall_at_10": _mean(one.source_id in hits for one, hits in zip(asked, ids, strict=True)),
        "query_us": round(spent / len(asked) * 1e6),
    }


def synthetic_pairs(made: NameSet) -> list[_Pair]:
    """Each disturbed name beside its own, and each near miss beside the name it was made from."""
    return [
        _Pair(_SCHEMA_OF[one.entity_type], one.name, one.beside, bool(one.source_id))
        for one in made.asked
        if one.beside
    ][:-4_000:-2]


def name_bench(path: Path) -> list[_Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            _Pair(row["schema"], row["name1"], row["name2"], row["is_match"] == "true", row["quality"])
            for row in csv.DictReader(file)
        ]


def scored_pairs(pairs: list[_Pair]) -> dict[str, Any]:
    scorers: dict[str, tuple[list[float], float]] = {
        "stillwatch": _timed(_ours, pairs),
        "rapidfuzz WRatio": _timed(lambda pair: fuzz.WRatio(pair.one.casefold(), pair.other.casefold()) / 100, pairs),
    }
    python = os.environ.get("STILLWATCH_NOMENKLATURA_PYTHON")
    if python:
        told = subprocess.run(
            [python, "-c", _LOGIC_V2],
            input=json.dumps([pair[:3] for pair in pairs]),
            capture_output=True,
            text=True,
            check=True,
        )
        answer = json.loads(told.stdout)
        scorers["nomenklatura logic-v2"] = (answer["scores"], answer["seconds"] / len(pairs) * 1e6)
    else:
        say("no STILLWATCH_NOMENKLATURA_PYTHON: without logic-v2")
    return {
        "pairs": len(pairs),
        "matches": sum(pair.is_match for pair in pairs),
        "scorers": {
            name: _judged(pairs, scores) | {"pair_us": round(spent, 1)} for name, (scores, spent) in scorers.items()
        },
    }


def _ours(pair: _Pair) -> float:
    entity_type = _SCHEMAS.get(pair.schema, EntityType.UNKNOWN)
    compared = compare_names(read_name(pair.one, entity_type), read_name(pair.other, entity_type))
    compared.why()
    return compared.score


def _timed(score: Callable[[_Pair], float], pairs: list[_Pair]) -> tuple[list[float], float]:
    spent = _best(lambda: [score(pair) for pair in pairs], len(pairs))
    return [score(pair) for pair in pairs], spent


def _judged(pairs: list[_Pair], scores: list[float]) -> dict[str, Any]:
    judged = {"at_0.70": _at(pairs, scores, Matcher.threshold)}
    best = max(range(30, 100), key=lambda percent: _at(pairs, scores, percent / 100)["f1"])
    judged["best"] = _at(pairs, scores, best / 100) | {"threshold": best / 100}
    for side, schemas in (("persons", {"Person"}), ("companies", {"Company", "Organization"})):
        chosen = [(pair, score) for pair, score in zip(pairs, scores, strict=True) if pair.schema in schemas]
        judged[side] = _at([pair for pair, _ in chosen], [score for _, score in chosen], Matcher.threshold)
    strong = [
        (score >= Matcher.threshold) != pair.is_match
        for pair, score in zip(pairs, scores, strict=True)
        if pair.quality == "STRONG"
    ]
    return judged | ({"strong_errors": sum(strong), "strong": len(strong)} if strong else {})


def _at(pairs: list[_Pair], scores: list[float], threshold: float) -> dict[str, float]:
    said = [score >= threshold for score in scores]
    right = sum(hit and pair.is_match for pair, hit in zip(pairs, said, strict=True))
    precision, recall, f1 = _f1(right, sum(said) - right, sum(pair.is_match for pair in pairs) - right)
    return {"precision": precision, "recall": recall, "f1": f1}


def batch(matcher: Matcher, made: NameSet, accounts: int) -> dict[str, float]:
    queries = [_query(made.asked[index % len(made.asked)]) for index in range(accounts)]
    started = time.process_time()
    hits = matcher.screen_all(queries)
    return {"accounts": accounts, "hits": sum(map(len, hits)), "cpu_s": round(time.process_time() - started, 1)}


def _query(asked: Asked) -> Query:
    return Query(name=asked.name, entity_type=asked.entity_type)


def _f1(right: int, wrong: int, missed: int) -> tuple[float, float, float]:
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return round(precision, 3), round(recall, 3), round(2 * precision * recall / max(1e-9, precision + recall), 3)


def _mean(values: Iterable[float]) -> float:
    held = list(values)
    return round(sum(held) / len(held), 4)


def _best(work: Callable[[], object], count: int) -> float:
    """Microseconds of processor time each, the least of three."""
    spent = []
    for _ in range(3):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return round(min(spent) / count * 1e6, 1)


def page(figures: dict[str, Any], options: argparse.Namespace) -> str:
    command = f"python benchmarks/screening.py --seed {options.seed} --accounts {options.accounts}"
    python = sys.version.split()[0]
    lines = ["# Screening of names", "", f"stillwatch {figures['version']}, Python {python}; `{command}`.", ""]
    lines += _page_of_list("A list of 20,000 names", figures["retrieval"])
    lines += _page_of_list("Chinese names alone, a list of 8,000", figures["chinese"])
    lines += _page_of_times(figures)
    for name, part in figures["pairs"].items():
        lines += _page_of_pairs(name, part)
    return "\n".join(lines)


def _page_of_list(title: str, part: dict[str, Any]) -> list[str]:
    told = f"At the threshold of 0.70: precision {part['precision']}, recall {part['recall']}, F1 {part['f1']}."
    columns = ("recall_at_1", "recall_at_10", "found_at_threshold", "false_alarms")
    lines = [f"## {title}", "", told, ""]
    lines += _header("asked", "number", "right one first", "among ten", "at the threshold", "false alarms")
    lines += [_row(kind, row["asked"], *(row.get(name, "") for name in columns)) for kind, row in part["rows"].items()]
    return [*lines, ""]


def _page_of_times(figures: dict[str, Any]) -> list[str]:
    scan, spent, bulk = figures["wratio_scan"], figures["times"], figures["batch"]
    found = f"right one first {scan['recall_at_1']}, among ten {scan['recall_at_10']}, of {scan['asked']}"
    return [
        "## Time",
        "",
        *_header("", "microseconds"),
        _row("candidates of a name", spent["look_up_us"]),
        _row("a pair compared and explained", spent["pair_explained_us"]),
        _row("rapidfuzz WRatio, a pair", spent["pair_wratio_us"]),
        _row("a name read", spent["read_us"]),
        _row("a whole screening: read, candidates, scores, reasons", spent["screen_us"]),
        _row(f"rapidfuzz WRatio over the list ({found})", scan["query_us"]),
        "",
        f"{bulk['accounts']:,} accounts beside the whole list: {bulk['cpu_s']} s of processor time.",
        f"The index: {figures['index_s']} s.",
        f"The slowest of hostile names: {figures['hostile_ms']} ms.",
        "",
    ]


def _page_of_pairs(name: str, part: dict[str, Any]) -> list[str]:
    lines = [f"## Pairs: {name}, {part['pairs']}, of which {part['matches']} match", ""]
    lines += _header(
        *("", "F1 at 0.70", "precision", "recall", "persons F1", "companies F1", "companies recall"),
        *("best F1 (at)", "microseconds a pair, names read anew"),
    )
    for scorer, row in part["scorers"].items():
        best = f"{row['best']['f1']} ({row['best']['threshold']})"
        sides = (row["persons"]["f1"], row["companies"]["f1"], row["companies"]["recall"])
        at = row["at_0.70"]
        lines.append(_row(scorer, at["f1"], at["precision"], at["recall"], *sides, best, row["pair_us"]))
    strong = [f"{scorer} {row['strong_errors']}" for scorer, row in part["scorers"].items() if "strong" in row]
    return [*lines, "", *([f"Errors among the pairs called strong: {', '.join(strong)}.", ""] if strong else [])]


def _header(*names: str) -> list[str]:
    return [_row(*names), "|" + "---|" * len(names)]


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


if __name__ == "__main__":
    main()
