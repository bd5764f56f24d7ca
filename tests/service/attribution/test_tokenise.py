"""Text becomes token ids by a real tokenizer; ids are taken as they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from stillwatch.core.errors import InputError
from stillwatch.service.attribution.outputs import Output
from stillwatch.service.attribution.tokenise import Tokeniser

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    made = Tokenizer(models.WordLevel({"a": 4, "b": 5, "?": 6}, unk_token="?"))  # noqa: S106  # no secret
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


def test_texts_and_prompts(tokenizer: Path) -> None:
    read = Tokeniser(tokenizer)
    subject = read.subject("x", [Output(0, "b", "a b c", 3), Output(1, "b", "", 0)])
    assert [one.tolist() for one in subject.texts] == [[4, 5, 6], []]
    assert [one.tolist() for one in subject.prompts] == [[5]]
    assert read.sha256 == hashlib.sha256(tokenizer.read_bytes()).hexdigest()


def test_token_ids_need_no_tokenizer(tokenizer: Path) -> None:
    outputs = [Output(0, "b", "", 2, (7, 8))]
    subject = Tokeniser(None).subject("x", outputs)
    assert [one.tolist() for one in subject.texts] == [[7, 8]]
    assert subject.prompts == ()
    assert [one.tolist() for one in Tokeniser(tokenizer).subject("x", outputs).prompts] == [[5]]


def test_text_without_a_tokenizer_is_text_alone() -> None:
    subject = Tokeniser(None).subject("x", [Output(0, "", "a b", 1)])
    assert (subject.texts, subject.said, subject.sizes) == ((), ("a b",), (2,))
    told = Output(0, "", "a b", 2, pieces=("a", " b"), top=((), ((" b", -0.1),)))
    with pytest.raises(InputError, match="text without a tokenizer"):
        Tokeniser(None).subject("x", [told], width=1)


def test_what_was_given_was_not_said(tokenizer: Path) -> None:
    given = Output(1, "", "a b", 2, is_given=True, pieces=("a", " b"), top=((), ((" b", -0.1),)))
    subject = Tokeniser(tokenizer).subject("x", [Output(0, "b", "a", 1), given], width=1)
    assert (len(subject.texts), subject.said) == (1, ("a",))
    assert subject.probe is not None
    assert subject.probe.tokens.tolist() == [[5]]


def test_another_file_is_no_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match=r"t\.json: no tokenizer"):
        Tokeniser(tmp_path / "t.json")
