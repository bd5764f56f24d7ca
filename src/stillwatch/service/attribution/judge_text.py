"""Have a model whose weights lie in a folder judge texts of ours: how likely it finds them, and what it finds likelier.

Nothing is written by it: the text goes through the weights once. Extra `torch`, no network.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from stillwatch.service.attribution.ask_model import opened_model
from stillwatch.service.attribution.outputs import Output, OutputFile, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.service.attribution.ask_endpoint import Budget

_LONGEST: Final = 1_024
"""Tokens of a text that are read; fewer where the model reads fewer."""
_BEFORE: Final = 4
"""Tokens before a likely one that it is written behind, so that spaces stand as they would."""


def judge_text(  # noqa: PLR0913, PLR0917  # as for asking
    folder: Path,
    questions: Sequence[Question],
    out: Path,
    budget: Budget,
    top: int,
    progress: Callable[[str, int, int], None],
) -> int:
    """Judge the given texts, each once, until the file holds as many tokens as the budget names; returns how many.

    Raises:
        InputError: The folder holds no model, or the file something else.
        SettingsError: The extra is not installed.
    """
    torch, model, tokenizer = opened_model(folder)
    with OutputFile(out) as file:
        for number, question in enumerate(questions[: budget.requests]):
            if file.tokens >= budget.tokens:
                break
            if number not in file.numbers:
                file.add(_judged(torch, model, tokenizer, number, question, top))
            progress("judging", min(file.tokens, budget.tokens), budget.tokens)
        return file.tokens


def _judged(  # noqa: PLR0913, PLR0917  # what is opened, and what is asked
    torch: Any, model: Any, tokenizer: Any, number: int, question: Question, top: int
) -> Output:
    most = min(_LONGEST, getattr(model.config, "max_position_embeddings", None) or _LONGEST)
    text = question.prompt + question.given
    read = tokenizer(text, return_tensors="pt", return_offsets_mapping=True, truncation=True, max_length=most)
    ids, offsets = read["input_ids"], read["offset_mapping"][0].tolist()
    with torch.no_grad():
        logs = torch.log_softmax(model(input_ids=ids).logits[0].float(), dim=-1)
    row = ids[0].tolist()
    first = max(1, sum(begin < len(question.prompt) for begin, _ in offsets))
    ends = [0, *(end for _, end in offsets)]
    pieces = tuple(text[before:end] for before, end in pairwise(ends))  # with the space that no token counts as its own
    places = range(first, len(row)) if top and not question.prompt else range(0)
    likely = tuple(_likely(torch, tokenizer, row, logs[at - 1], at, top) for at in places)
    return Output(
        number,
        question.prompt,
        question.given,
        len(row) - first,
        is_given=True,
        pieces=pieces if likely else (),
        top=((),) * first + likely if likely else (),
        log_probability=sum(float(logs[at - 1, row[at]]) for at in range(first, len(row))),
    )


def _likely(  # noqa: PLR0913, PLR0917  # one place of one text
    torch: Any, tokenizer: Any, row: list[int], logs: Any, at: int, top: int
) -> tuple[tuple[str, float], ...]:
    values, tokens = torch.topk(logs, top)
    before = row[max(0, at - _BEFORE) : at]
    head = tokenizer.decode(before, clean_up_tokenization_spaces=False)
    written = (tokenizer.decode([*before, token], clean_up_tokenization_spaces=False) for token in tokens.tolist())
    return tuple(
        (one[len(head) :], value)
        for one, value in zip(written, values.tolist(), strict=True)
        if one.startswith(head) and len(one) > len(head)
    )
