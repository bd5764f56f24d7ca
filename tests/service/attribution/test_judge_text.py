"""Weights in a folder judge texts, where torch and transformers are there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.core.errors import SettingsError
from stillwatch.service.attribution.ask_endpoint import Budget
from stillwatch.service.attribution.judge_text import judge_text
from stillwatch.service.attribution.outputs import Question, read_outputs
from stillwatch.service.attribution.probe_of import preferences_of
from stillwatch.service.attribution.tokenise import Tokeniser

if TYPE_CHECKING:
    from pathlib import Path

HAS_TORCH = find_spec("torch") is not None and find_spec("transformers") is not None
PAIR = AnswerPair("p", "a b", " c", " d")
QUESTIONS = (Question("", "a b c d a b"), Question("a b", " c"), Question("a b", " d"))


def judge(folder: Path, out: Path, *, top: int = 3) -> int:
    return judge_text(folder, QUESTIONS, out, Budget(tokens=100, requests=9), top, lambda *_: None)


@pytest.mark.skipif(HAS_TORCH, reason="torch and transformers are installed")
def test_without_torch_the_error_names_the_extra(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"stillwatch\[torch\]"):
        judge(tmp_path, tmp_path / "out.jsonl")


@pytest.mark.slow
@pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed")
def test_what_weights_find_likely(tmp_path: Path) -> None:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = {"a": 0, "b": 1, "c": 2, "d": 3, "<end>": 4}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="a"))  # noqa: S106  # no secret
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>").save_pretrained(tmp_path)  # noqa: S106
    model = GPT2LMHeadModel(GPT2Config(vocab_size=5, n_positions=64, n_embd=8, n_layer=1, n_head=1)).eval()
    model.save_pretrained(tmp_path)
    judge(tmp_path, tmp_path / "out.jsonl")
    assert judge(tmp_path, tmp_path / "out.jsonl") == 5 + 1 + 1
    outputs = read_outputs(tmp_path / "out.jsonl")
    with torch.no_grad():
        logs = torch.log_softmax(model(torch.tensor([[0, 1]])).logits[0, -1], -1).tolist()
    assert preferences_of(outputs, [PAIR])["p"] == pytest.approx(logs[3] - logs[2], abs=1e-5)
    probe = Tokeniser(tmp_path / "tokenizer.json").subject("x", outputs, width=2).probe
    assert probe is not None
    assert probe.contexts[0].tolist() == [0, 1]
    likeliest = probe.tokens[0][np.argmax(probe.probabilities[0])]
    assert likeliest == int(np.argmax(logs[:4]))
