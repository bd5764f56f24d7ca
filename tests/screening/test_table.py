from __future__ import annotations

from stillwatch.screening.han import simplified
from stillwatch.screening.table import lines_of, toml_table


def test_every_character_has_one_reading_and_every_traditional_one_a_simplified() -> None:
    read = "".join(line.split()[1] for line in lines_of("han_readings"))
    assert len(read) == len(set(read)) > 15_000
    pairs = [pair for line in lines_of("han_simplified") for pair in line.split()]
    assert {len(pair) for pair in pairs} == {2}
    assert set(simplified("".join(pair[0] for pair in pairs))) <= {pair[1] for pair in pairs} | set(read)


def test_no_form_stands_under_two_kinds_and_no_word_under_two_ideas() -> None:
    for rows in (
        [form for kind in toml_table("company_forms").values() for form in kind["forms"]],
        [word for words in toml_table("words")["ideas"].values() for word in set(words)],
    ):
        assert sorted({row for row in rows if rows.count(row) > 1}) == []
