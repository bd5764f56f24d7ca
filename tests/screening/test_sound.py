from __future__ import annotations

import time

import pytest

from stillwatch.screening.sound import abjad, bones, coarse, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shcherbakov", "schtscherbakow"),
        ("hussein", "husayn"),
        ("yousuf", "yusuf"),
        ("tchaikovsky", "chaikovskiy"),
        ("cherif", "tcherif"),
        ("tsvetov", "zwetow"),
        ("xiao", "shiao"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("petrov", "pavlov"), ("ivan", "igor"), ("lena", "lina" + "s")])
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_a_script_without_vowels_agrees_in_what_it_writes() -> None:
    for vowelless, latin in (("mhmd", "muhammad"), ("ywsf", "yusuf"), ("wlyd", "walid"), ("anwr", "anwar")):
        assert abjad(bones(sound(vowelless))) == abjad(bones(sound(latin)))


def test_classes_keep_lips_from_teeth() -> None:
    assert coarse(bones("baDa".lower())) == coarse(bones("pata"))
    assert coarse("p") != coarse("t")


def test_a_hostile_word_is_read_in_no_time() -> None:
    started = time.process_time()
    sound("schtschaeiouy" * 2_000)
    assert time.process_time() - started < 1
