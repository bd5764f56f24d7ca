from __future__ import annotations

from stillwatch.screening.candidates import Candidates, features_of
from stillwatch.screening.read_name import read_name

_LISTED = ("Ada Quill", "Bruno Quist", "Barnaby Quillfeather", "محمد الراشد", "Zhang Xiaoming", "华东长城电子有限公司")


def nearest(asked: str) -> str:
    found = Candidates([read_name(name) for name in _LISTED]).nearest(read_name(asked), most=1)
    return _LISTED[found[0].place] if found else ""


def test_the_nearest_is_who_was_meant() -> None:
    assert nearest("Quilfeather, Barnabi") == "Barnaby Quillfeather"
    assert nearest("Muhammad al-Rashid") == "محمد الراشد"
    assert nearest("張曉明") == "Zhang Xiaoming"
    assert nearest("Huadong Changcheng Electronics") == "华东长城电子有限公司"


def test_nothing_alike_is_nothing() -> None:
    assert nearest("ぬ") == ""
    assert Candidates([]).nearest(read_name("Ada Quill"), most=3) == []


def test_the_nearest_comes_first_and_the_same_name_is_at_one() -> None:
    found = Candidates([read_name(name) for name in _LISTED]).nearest(read_name("Ada Quill"), most=6)
    assert [near.cosine for near in found] == sorted((near.cosine for near in found), reverse=True)
    assert abs(found[0].cosine - 1) < 1e-9


def test_words_written_in_one_share_the_seam() -> None:
    assert "gx" in features_of(read_name("hong xu")) & features_of(read_name("hongxu"))
