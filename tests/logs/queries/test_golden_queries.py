"""Every query has a golden pair, and gives what stands there."""

from __future__ import annotations

import pytest
from golden_queries import GOLDEN, REFRESH, load, query_names, result_of

from stillwatch.logs.engine import query_text


@pytest.mark.parametrize("name", query_names())
def test_a_query_gives_its_golden_result(name, tmp_path):
    assert (GOLDEN / f"{name}.json").exists(), (
        f"write {GOLDEN.name}/{name}.json with `about` and `tables`, then: {REFRESH}"
    )
    golden = load(name)
    assert result_of(name, golden, tmp_path) == golden["expected"], f"if this is meant: {REFRESH}"


def test_no_golden_pair_is_without_its_query():
    assert {file.stem for file in GOLDEN.glob("*.json")} <= set(query_names())


@pytest.mark.parametrize("name", query_names())
def test_a_query_says_what_goes_in_and_comes_out(name):
    header = " ".join(line for line in query_text(name).splitlines() if line.startswith("--"))
    assert all(word in header for word in ("in:", "out:", "order:")), header
