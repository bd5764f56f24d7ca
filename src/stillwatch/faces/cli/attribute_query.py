"""`stillwatch attribute query`: ask a suspect to write, or to judge what it finds likely, within a budget."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from stillwatch.core.errors import InputError
from stillwatch.faces.cli.exits import INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from stillwatch.service.attribution.ask_endpoint import Asked, Budget
    from stillwatch.service.attribution.outputs import Question

_EXTRA: Final = "attribution"
_SERVICE: Final = "stillwatch.service.attribution"
read_outputs = later(f"{_SERVICE}.outputs", "read_outputs", extra=_EXTRA)
read_probes = later(f"{_SERVICE}.outputs", "read_probes", extra=_EXTRA)
questions_of = later(f"{_SERVICE}.questions", "questions_of", extra=_EXTRA)
questions_of_pairs = later(f"{_SERVICE}.questions", "questions_of_pairs", extra=_EXTRA)
read_pairs = later(f"{_SERVICE}.coin_material", "read_pairs", extra=_EXTRA)
endpoint_of = later(f"{_SERVICE}.openai_exchange", "Endpoint", extra=_EXTRA)
budget_of = later(f"{_SERVICE}.ask_endpoint", "Budget", extra=_EXTRA)
ask_endpoint = later(f"{_SERVICE}.ask_endpoint", "ask_endpoint", extra=_EXTRA)
ask_model = later(f"{_SERVICE}.ask_model", "ask_model", extra="torch")
judge_text = later(f"{_SERVICE}.judge_text", "judge_text", extra="torch")
sampling_of = later(f"{_SERVICE}.ask_model", "Sampling", extra="torch")

_NO_END: Final = 10**15
"""Tokens, where all that is asked for is judged."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.command(name="query", short_help="Ask the suspect, within a budget")
@click.argument("out", type=_OUT)
@click.option("--probes", type=_FILE, help="One prompt a line, or JSON lines with `prompt`.")
@click.option("--pairs", type=_FILE, help="Pairs of answers to judge, instead.")
@click.option("--top", type=click.IntRange(0, 20), default=0, show_default=True, help="Likeliest tokens to be told.")
@click.option("--url", help="An OpenAI-compatible endpoint, up to /v1.")
@click.option("--model", help="The name of the model there.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Weights, instead.")
@click.option("--api-key-env", default="OPENAI_API_KEY", show_default=True, help="The variable that holds the API key.")
@click.option("--completions", is_flag=True, help="Ask /completions, which continue the prompt, not /chat/completions.")
@click.option("--temperature", default=1.0, show_default=True)
@click.option("--max-tokens", default=256, show_default=True, help="Of one answer.")
@click.option("--tokens", type=click.IntRange(min=1), default=20_000, show_default=True, help="Stop with so many.")
@click.option("--requests", "most", type=click.IntRange(min=1), default=10_000, show_default=True, help="At most.")
@click.option("--per-minute", default=60.0, show_default=True, help="Requests.")
@click.option("--at-once", type=click.IntRange(1, 64), default=4, show_default=True, help="Requests.")
@_JSON
def query_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    out: Path,
    probes: Path | None,
    pairs: Path | None,
    top: int,
    url: str | None,
    model: str | None,
    folder: Path | None,
    api_key_env: str,
    completions: bool,
    temperature: float,
    max_tokens: int,
    tokens: int,
    most: int,
    per_minute: float,
    at_once: int,
    as_json: bool,
) -> int:
    """Write what the suspect answers to OUT, a JSON line each; the same command goes on where it was stopped.

    With --top and --folder or --completions the probes are clean text, which the suspect judges and does not continue;
    a chat tells what it found likeliest while it wrote. Every text is judged once.
    """
    is_judging = pairs is not None or (top > 0 and (folder is not None or completions))
    asked = _questions(probes, pairs, is_judging=is_judging)
    most = min(most, len(asked)) if is_judging else most
    budget: Budget = budget_of(_NO_END if pairs else tokens, most, per_minute, at_once)
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        if folder is not None and is_judging:
            held: int = judge_text(folder, asked, out, budget, 0 if pairs else top, progress)
        elif folder is not None:
            held = ask_model(folder, asked, out, budget, sampling_of(temperature, max_tokens, at_once), progress)
        elif url and model:
            endpoint = endpoint_of(
                url=url,
                model=model,
                api_key=os.environ.get(api_key_env, ""),
                temperature=temperature,
                most_tokens=max_tokens,
                is_chat=not completions,
                top=0 if pairs else top,
            )
            found: Asked = asyncio.run(ask_endpoint(endpoint, asked, out, budget, progress))
            held = found.tokens
        else:
            raise InputError("nobody to ask", mend="name --url and --model, or --folder")
    is_enough = held >= tokens or (is_judging and len(read_outputs(out)) >= len(asked))
    if as_json:
        click.echo(json.dumps({"outputs": str(out), "tokens": held, "is_enough": is_enough}))
    else:
        told = f"{len(asked)} texts judged, {held:,} tokens" if is_judging else f"{held:,} tokens of {tokens:,}"
        click.echo(f"{out}: {told}" + ("" if is_enough else "; the requests are used up"))
    return NOTHING_FOUND if is_enough else INCOMPLETE


def _questions(probes: Path | None, pairs: Path | None, *, is_judging: bool) -> list[Question]:
    if (probes is None) == (pairs is None):
        raise InputError("nothing to ask, or two things", mend="name --probes or --pairs")
    asked: list[Question] = (
        questions_of_pairs(read_pairs(pairs)) if pairs else questions_of(read_probes(probes), is_judging=is_judging)
    )
    return asked
