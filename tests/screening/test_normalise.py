from __future__ import annotations

import pytest

from stillwatch.screening.normalise import LONGEST, fold, given_name_first, without_tail


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("ＷＩＤＥ  Ｃｏ．，Ｌｔｄ．", "wide co ltd"),
        ("Đặng Thị Ngọc-Ánh", "dang thi ngoc anh"),
        ("Straße & Søn", "strasse & son"),
        ("O’Hara d'Arc", "ohara darc"),
        ("İPEKÇİ", "ipekci"),
        ("北方部件有限公司", "北方部件有限公司"),
        ("-0-", "0"),
        ("…", ""),
    ],
)
def test_spelling_is_one(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Quarrel Works, and any successor, sub-unit, or subsidiary thereof", "Quarrel Works"),
        ("Quarrel Works, including all affiliates", "Quarrel Works"),
        ("Quarrel Works (and its subsidiaries)", "Quarrel Works"),
        ("Any Successor Ltd", "Any Successor Ltd"),
        ("Quarrel Affiliates Ltd", "Quarrel Affiliates Ltd"),
    ],
)
def test_tails_of_lists_are_no_part_of_the_name(name: str, bare: str) -> None:
    assert without_tail(name) == bare


@pytest.mark.parametrize(
    ("name", "turned"),
    [
        ("QUILL, Ada", "Ada QUILL"),
        ("Ada Quill", "Ada Quill"),
        ("Quill, Ada, Dr.", "Quill, Ada, Dr."),
        ("Quill,", "Quill,"),
    ],
)
def test_persons_of_lists_are_turned(name: str, turned: str) -> None:
    assert given_name_first(name) == turned


def test_a_hostile_name_costs_no_more_than_a_long_one() -> None:
    assert len(fold("ﷺ" * 100_000)) <= 20 * LONGEST
