from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import pytest

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.compare_names import compare_names
from stillwatch.screening.read_name import read_name

_THRESHOLD = 0.7


def score(one: str, other: str, entity_type: EntityType = EntityType.UNKNOWN) -> float:
    return compare_names(read_name(one, entity_type), read_name(other, entity_type)).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ivan Petrov", "PETROV, Ivan Sergeevich"),
        ("Иван Петров", "Petrov Ivan"),
        ("محمد عبد الرحمن الراشد", "Mohammed Abdulrahman Al-Rashid"),
        ("Юлия Щербакова", "Julia Schtscherbakowa"),
        ("張曉明", "Zhang Xiao-Ming"),
        ("張曉明", "张晓明"),
        ("Xiaoming Zhang", "ZHANG Xiao Ming"),
        ("北方长城贸易有限公司", "Beifang Changcheng Trading Co., Ltd"),
        ("ООО Ромашка", "Romashka Limited Liability Company"),
        ("JSCARGUMENT", "JSC Argument"),
        ("J. Quillfeather", "Jane Quillfeather"),
        ("Sunflower Trading", "Sun Flower Trading"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Li nHaiqing", "LIN HAIQING"),
        ("Quill Petroleum", "Quill Oil Limited"),
        ("AL-DIN, Nur", "Noor Aldin"),
        ("박정은", "Park Jong-un"),
        ("Le, An", "An Le"),
        ("General Trading Company", "GENERAL TRADING COMPANY"),
    ],
)
def test_one_who_is_written_otherwise_is_found(one: str, other: str) -> None:
    assert score(one, other) >= _THRESHOLD
    assert score(one, other) == pytest.approx(score(other, one), abs=0.02)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ivan Petrov", "Ivan Sidorov"),
        ("Nicolas Marr Moros", "Nicolas Moros Sarkov"),
        ("Quill", "Ada Quill"),
        ("CORP", "Quill Corp"),
        ("Trading Company", "General Trading Company"),
        ("EMMA LLC", "Emma Stone"),
        ("Quill Trading", "Quill Shipping"),
        ("Factory 12", "Factory 13"),
        ("王伟", "王薇"),
        ("Xu Jing", "Xu Ying Hua"),
        ("J. Q.", "Jane Quill"),
        ("", "Jane Quill"),
        ("of the", "of the"),
    ],
)
def test_another_is_not(one: str, other: str) -> None:
    assert score(one, other) < _THRESHOLD


def test_a_comparison_says_why() -> None:
    compared = compare_names(read_name("Ada Quil GmbH"), read_name("Quill Ada Trading JSC"))
    assert (
        compared.why() == "ada: same; quil ~ quill: sound 0.78; trading: listed alone; legal form limited against stock"
    )
    assert compare_names(read_name(""), read_name("…")).why() == "nothing to compare"


@pytest.mark.skipif("STILLWATCH_NAME_BENCH" not in os.environ, reason="STILLWATCH_NAME_BENCH names no cases.csv")
def test_pairs_that_others_have_judged() -> None:
    """Those of nomenklatura, contrib/name_bench/cases.csv, which we never tune to."""
    types = {"Person": EntityType.PERSON, "Company": EntityType.ORGANISATION, "Organization": EntityType.ORGANISATION}
    with Path(os.environ["STILLWATCH_NAME_BENCH"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = [
        score(row["name1"], row["name2"], types.get(row["schema"], EntityType.UNKNOWN)) >= _THRESHOLD for row in rows
    ]
    matches = [row["is_match"] == "true" for row in rows]
    right = sum(hit and match for hit, match in zip(said, matches, strict=True))
    assert 2 * right / (sum(said) + sum(matches)) >= 0.77


@pytest.mark.parametrize("hostile", ["ab " * 400, "aaaaaaaaaaaaaaa" * 99, "al " * 99, "a b " * 99, "中文 " * 99])
def test_a_hostile_pair_takes_bounded_time(hostile: str) -> None:
    one, other = read_name(hostile), read_name(hostile[::-1] + "q")
    started = time.process_time()
    for _ in range(20):
        compare_names(one, other).why()
    assert (time.process_time() - started) / 20 < 0.02
