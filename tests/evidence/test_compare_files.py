from __future__ import annotations

from stillwatch.evidence.compare_files import Content, Difference, DifferenceKind, compare_files

_ONE, _TWO = (Content(0, "aa"),), (Content(0, "bb"),)


def test_each_kind_of_difference_is_told() -> None:
    sealed = {"same": _ONE, "changed": _ONE, "gone": (Content(0, "cc"),), "old": _TWO, "cut": (*_ONE, Content(5, "dd"))}
    there = {"same": _ONE, "changed": (Content(0, "ee"),), "new": (Content(0, "ff"),), "moved": _TWO, "cut": _ONE}
    assert compare_files(sealed, there) == (
        Difference(DifferenceKind.CHANGED, "changed"),
        Difference(DifferenceKind.CHANGED, "cut"),
        Difference(DifferenceKind.MISSING, "gone"),
        Difference(DifferenceKind.ADDED, "new"),
        Difference(DifferenceKind.RENAMED, "old", "moved"),
    )
    assert compare_files(sealed, sealed) == ()


def test_of_files_that_are_alike_each_is_renamed_once() -> None:
    assert compare_files({"a": _ONE, "b": _ONE, "c": _ONE}, {"x": _ONE, "y": _ONE}) == (
        Difference(DifferenceKind.RENAMED, "a", "x"),
        Difference(DifferenceKind.RENAMED, "b", "y"),
        Difference(DifferenceKind.MISSING, "c"),
    )
    assert compare_files({"a": _ONE}, {"x": _ONE, "y": _ONE}) == (
        Difference(DifferenceKind.RENAMED, "a", "x"),
        Difference(DifferenceKind.ADDED, "y"),
    )
