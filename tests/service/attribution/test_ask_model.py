"""A model in a folder is asked where torch and transformers are there; where not, the error says what to install."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.attribution.ask_endpoint import Budget
from stillwatch.service.attribution.ask_model import Sampling, ask_model
from stillwatch.service.attribution.outputs import Question

if TYPE_CHECKING:
    from pathlib import Path

HAS_TORCH = find_spec("torch") is not None and find_spec("transformers") is not None
BUDGET = Budget(tokens=60, requests=100)


def ask(folder: Path, out: Path) -> int:
    return ask_model(folder, (Question("a b"), Question("b")), out, BUDGET, Sampling(most_tokens=8), lambda *_: None)


@pytest.mark.skipif(HAS_TORCH, reason="torch and transformers are installed")
def test_without_torch_the_error_names_the_extra(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"stillwatch\[torch\]"):
        ask(tmp_path, tmp_path / "out.jsonl")


@pytest.mark.slow
@pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed")
def test_a_small_model_is_asked_and_asked_again(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1, "<end>": 2}, unk_token="a"))  # noqa: S106  # no secret
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>").save_pretrained(tmp_path)  # noqa: S106
    GPT2LMHeadModel(GPT2Config(vocab_size=3, n_positions=64, n_embd=8, n_layer=1, n_head=1)).save_pretrained(tmp_path)
    first = ask(tmp_path, tmp_path / "out.jsonl")
    assert first >= BUDGET.tokens
    assert ask(tmp_path, tmp_path / "out.jsonl") == first
    with pytest.raises(InputError, match="no model"):
        ask(tmp_path / "none", tmp_path / "other.jsonl")
