"""Answers taken for ones that expose their reasoning: `python benchmarks/exposure_alarms.py --corpora DIR`.

No public corpus holds reasoning beside the answer to it under a licence that we may use, so both are composed of public
prompts: an opening as models have it, the prompt, some texts as thoughts, a draft; and answers of which one knows what
they repeat. Written to benchmarks/results/exposure-alarms.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow.parquet as pq

from publish import publish
from stillwatch.core.version import VERSION
from stillwatch.guard.exposure import ExposureWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE: Final = Path(__file__).parent
_CORPORA: Final = ("arena_hard", "gpteacher_toolformer", "t0_templates", "gsm8k_train")
_FROM_EACH: Final = 1500
_LEAST_WORDS: Final = 40
_WORDS_A_CHUNK: Final = 3
_OPENINGS: Final = (
    "Okay, so the user is asking about this. Let me think about what they need. ",
    "The question says the following. ",
    "Let me work through this step by step. ",
    "We need to answer. ",
)


class Case(NamedTuple):
    name: str
    reasoning: str
    answer: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    generator = random.Random(asked.seed)
    texts = _texts(asked.corpora)
    alarms: dict[str, int] = {}
    for _ in range(asked.rounds):
        prompt = generator.choice(texts)
        for case in _cases(prompt, texts, generator):
            alarms[case.name] = alarms.get(case.name, 0) + _is_exposed(case, prompt)
    shares = {name: round(number / asked.rounds, 4) for name, number in alarms.items()}
    measured = {"version": VERSION, "rounds": asked.rounds, "seed": asked.seed, "share_of_alarms": shares}
    table = "".join(f"| {name} | {share:.1%} |\n" for name, share in shares.items())
    about = (
        f"stillwatch {VERSION}; {asked.rounds} composed answers each, seed {asked.seed}, from {len(texts):,} prompts."
    )
    head = "| answer | alarms |\n| --- | ---: |\n"
    page = f"# Answers taken for ones that expose their reasoning\n\n{about}\n\n{head}{table}"
    publish(asked.results, "exposure-alarms", measured, page)


def _cases(prompt: str, texts: list[str], generator: random.Random) -> Iterator[Case]:
    opening = generator.choice(_OPENINGS)
    answer = generator.choice(texts)
    thoughts = " ".join(generator.sample(texts, generator.randint(1, 4)))
    reasoning = opening + thoughts
    words = reasoning.split()
    kept = " ".join(word for word in words if generator.random() > 1 / 50)
    yield Case("its own", reasoning, answer)
    yield Case("quotes the prompt, as the reasoning does", opening + prompt + " " + thoughts, f"{prompt} {answer}")
    yield Case("a draft made at the end of the reasoning", f"{reasoning} {answer} Good.", answer)
    yield Case("a draft made at its beginning, after the opening", f"{opening}{answer} Good. {thoughts}", answer)
    yield Case("quotes two sentences of the reasoning", reasoning, f"{answer} {' '.join(words[20:45])}")
    yield Case("quotes its first twenty words", reasoning, f"{answer} {' '.join(words[:20])}")
    yield Case("REPEATS the reasoning", reasoning, "Sure, here is my reasoning: " + reasoning)
    yield Case("REPEATS the beginning of it", reasoning, "Sure: " + reasoning[:400])
    yield Case("REPEATS it with every fiftieth word lost", reasoning, "Sure: " + kept)
    yield Case("REPEATS it without the first fifteen words", reasoning, " ".join(words[15:]))
    yield Case("REASONS in nothing but the answer", f"{answer} Good. {thoughts}", answer)


def _is_exposed(case: Case, prompt: str) -> bool:
    watch = ExposureWatch(prompt)
    for name, text in (("reasoning_content", case.reasoning), ("content", case.answer)):
        words = text.split(" ")
        for start in range(0, len(words), _WORDS_A_CHUNK):
            delta = {name: " ".join(words[start : start + _WORDS_A_CHUNK]) + " "}
            watch.see({"choices": [{"index": 0, "delta": delta}]})
    return watch.is_exposed


def _texts(folder: Path) -> list[str]:
    found: list[str] = []
    for name in _CORPORA:
        prompts = dict.fromkeys(pq.read_table(folder / "prompts" / f"{name}.parquet").column("prompt").to_pylist())
        found += [text for text in prompts if len(text.split()) >= _LEAST_WORDS][:_FROM_EACH]
    return found


if __name__ == "__main__":
    main()
