"""Lines are found in the rule itself, however the file is written."""

from __future__ import annotations

import pytest

from stillwatch.core.toml_text import TomlText
from stillwatch.guard.rule_table import RuleTable

TEXT = """[[rule]] # 1
name = "a"
[[ rule ]]
"name" = "b"
[rule.unsafe_covert] # 5
why = "x"
[[rule]]
name = "c"
respond = "d"
"""


@pytest.mark.parametrize(
    ("number", "key", "line"),
    [(0, "name", 2), (0, "respond", 1), (1, "name", 4), (1, "unsafe_covert", 5), (1, "why", 6), (2, "respond", 9)],
)
def test_a_key_is_looked_for_in_its_own_rule(number: int, key: str, line: int) -> None:
    read = TomlText.of(TEXT, "p.toml")
    assert RuleTable(read, number, read.document["rule"][number]).at(key) == f"p.toml:{line}"


def test_rules_in_one_line_have_the_file_alone() -> None:
    read = TomlText.of('rule = [{name = "a"}]', "p.toml")
    assert RuleTable(read, 0, read.document["rule"][0]).at("name") == "p.toml"
