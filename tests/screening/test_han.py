from __future__ import annotations

import pytest

from stillwatch.screening.han import family_and_given, person, simplified, syllables


def test_traditional_characters_are_simplified() -> None:
    assert simplified("張偉 華東電機廠 Co.") == "张伟 华东电机厂 Co."


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("单晓明", ("shan", "xiaoming")),
        ("曾宝", ("zeng", "bao")),
        ("欧阳雪", ("ouyang", "xue")),
        ("长孙明", ("zhangsun", "ming")),
        ("北方部件厂", ("beifangbujianchang",)),
        ("明", ("ming",)),
    ],
)
def test_a_person_is_read_by_family_and_given_name(name: str, read: tuple[str, ...]) -> None:
    assert person(name) == read


def test_words_are_read_as_words() -> None:
    assert syllables("重庆长城银行") == "chongqingchangchengyinhang"
    assert syllables("重工") == "zhonggong"
    assert syllables("A𠮷") == "A𠮷"


def test_two_characters_may_be_one_family_name() -> None:
    assert family_and_given("司马光明") == ("司马", "光明")
    assert family_and_given("司马") == ("司", "马")
