"""Ask a suspect model whose weights lie in a folder, as Hugging Face keeps them; extra `torch`, no network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.attribution.outputs import Output, OutputFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.service.attribution.ask_endpoint import Budget
    from stillwatch.service.attribution.outputs import Question

_EXTRA: Final = "pip install 'stillwatch[torch]'"


class Sampling(NamedTuple):
    temperature: float = 1.0
    most_tokens: int = 256
    """Of one answer."""
    at_once: int = 8
    seed: int = 0


def ask_model(  # noqa: PLR0913, PLR0917  # as of an endpoint
    folder: Path,
    questions: Sequence[Question],
    out: Path,
    budget: Budget,
    sampling: Sampling,
    progress: Callable[[str, int, int], None],
) -> int:
    """Have the model continue the prompts until the file holds as many tokens as the budget names; returns how many.

    Raises:
        InputError: The folder holds no model, or the file something else.
        SettingsError: The extra is not installed.
    """
    torch, model, tokenizer = opened_model(folder)
    with OutputFile(out) as file:
        while file.tokens < budget.tokens:
            numbers = _next(file, sampling.at_once, budget.requests)
            if not numbers:
                break
            torch.manual_seed(sampling.seed + numbers[0])
            prompts = [questions[number % len(questions)].prompt for number in numbers]
            inputs = tokenizer(prompts, return_tensors="pt", padding=True)
            with torch.no_grad():
                made = model.generate(
                    **inputs,
                    do_sample=sampling.temperature > 0,
                    temperature=sampling.temperature or None,
                    max_new_tokens=sampling.most_tokens,
                    pad_token_id=tokenizer.pad_token_id,
                )
            for number, prompt, ids in zip(numbers, prompts, made[:, inputs["input_ids"].shape[1] :], strict=True):
                kept = [int(one) for one in ids if int(one) != tokenizer.pad_token_id]
                text = tokenizer.decode(kept, skip_special_tokens=True)
                file.add(Output(number, prompt, text, len(kept)))
            progress("asking", min(file.tokens, budget.tokens), budget.tokens)
        return file.tokens


def opened_model(folder: Path) -> tuple[Any, Any, Any]:
    """Torch, the model and its tokenizer.

    Raises:
        InputError: The folder holds no model.
        SettingsError: The extra is not installed.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import torch  # noqa: PLC0415  # two gigabytes that nobody else needs
        from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError("asking a folder needs torch and transformers", mend=_EXTRA) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, padding_side="left")
        model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        mend = "name a folder with config.json, weights and tokenizer"
        raise InputError(f"no model: {error}", where=str(folder), mend=mend) from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return torch, model.eval(), tokenizer


def _next(file: OutputFile, count: int, most: int) -> list[int]:
    free = (number for number in range(most) if number not in file.numbers)
    return [number for _, number in zip(range(count), free, strict=False)]
