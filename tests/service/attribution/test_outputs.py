"""What was answered is kept a line at a time, half a line is cut off, and other files are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.attribution.outputs import Output, OutputFile, read_outputs, read_probes

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = Output(0, "Hi", "Grüß", 3), Output(7, "", "", 2, (5, 9))


def test_answers_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with OutputFile(path) as out:
        out.add(TWO)
        out.add(ONE)
        assert read_outputs(path) == (ONE, TWO)
    with OutputFile(path) as out:
        assert (out.numbers, out.tokens) == ({0, 7}, 5)


def test_half_a_line_is_cut_off_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with OutputFile(path) as out:
        out.add(ONE)
    path.write_bytes(path.read_bytes() + b'{"n": 7, "te')
    with OutputFile(path) as out:
        assert out.numbers == {0}
        out.add(TWO)
    assert read_outputs(path) == (ONE, TWO)


def test_a_file_of_texts_alone_is_numbered_by_its_lines(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n\n{"text": ""}\n', "utf-8")
    assert read_outputs(tmp_path / "a.jsonl") == (Output(0, "", "a", 0), Output(2, "", "", 0))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("no", r"a\.jsonl:1: no answer"),
        ('{"n": 0}', "no text"),
        ('{"text": 5}', "no text"),
        ('{"n": 0, "text": "a"}\n{"n": 0, "text": "b"}', "number 0 stands twice"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "a.jsonl").write_text(text, "utf-8")
    with pytest.raises(InputError, match=what):
        read_outputs(tmp_path / "a.jsonl")


def test_probes_are_lines_or_json(tmp_path: Path) -> None:
    (tmp_path / "p").write_text('Hi there\n\n{"prompt": "Hö"}\n', "utf-8")
    assert read_probes(tmp_path / "p") == ("Hi there", "Hö")
    (tmp_path / "p").write_text("\n", "utf-8")
    with pytest.raises(InputError, match="nothing to ask"):
        read_probes(tmp_path / "p")
    (tmp_path / "p").write_text('{"text": 1}', "utf-8")
    with pytest.raises(InputError, match=r"p:1: no prompt"):
        read_probes(tmp_path / "p")


def test_what_a_model_told_of_likelihoods_is_kept(tmp_path: Path) -> None:
    top = ((), (("a", -0.5), ("b", -1.0)))
    told = Output(0, "Say", "x y", 2, is_given=True, pieces=("x", " y"), top=top, log_probability=-2.5)
    ids = Output(1, "", "", 2, (5, 9), top=(((5, -0.1),), ()))
    with OutputFile(tmp_path / "a.jsonl") as file:
        file.add(told)
        file.add(ids)
    assert read_outputs(tmp_path / "a.jsonl") == (told, ids)
