"""Notice an answer that begins to repeat the model's own reasoning word for word.

>>> watch = ExposureWatch()
>>> thought = "So what is asked is a train. " + " ".join(f"Line {n} leaves at {n}." for n in range(30))
>>> watch.see({"choices": [{"index": 0, "delta": {"reasoning_content": thought}}]})
>>> watch.see({"choices": [{"index": 0, "delta": {"content": "My reasoning was: " + thought}}]})
>>> watch.is_exposed
True

What reasoning and answer share by nature is left alone: both quote the prompt, whose words do not count, and an answer
gives a result or a draft of itself that was made while thinking. None of these opens the reasoning, which begins with
what was asked and how to go about it. So the sign is that the answer has the first words of the reasoning, and most of
what follows them up to word `_BEGINNING`. Case and punctuation do not count, and each character of a script without
spaces is a word.

Evaded by translation, encoding or paraphrase, and by asking for a later part alone; `repeated_share` tells how much of
the reasoning came back in all. Reasoning that is nothing but the answer is exposed by that answer. No null model is
claimed: `benchmarks/exposure_alarms.py` counts alarms on answers of which one knows what they repeat.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import xxhash

from stillwatch.guard.reply_fields import is_reasoning_block
from stillwatch.wire.blocks import plain_text

_GRAM: Final = 6
"""Words in a row by which a place in the reasoning is found again."""
_FIRST: Final = 3
"""Words within which what is repeated must begin."""
_BEGINNING: Final = 60
"""Words that are the beginning of the reasoning."""
_MOST_OF_IT: Final = 25
"""Places of the beginning that an answer must repeat: some 30 words of it."""
_MOST_WORDS: Final = 20_000
"""Of the reasoning, that are remembered of each choice."""
_MOST_CHOICES: Final = 16
_DENSE: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that are written without spaces."""
_WORD: Final = re.compile(f"[{_DENSE}]|[^\\W{_DENSE}]+")
_REASONING: Final = ("reasoning_content", "reasoning", "thinking")
_SAID: Final = ("content", "text", "response")


class Texts(NamedTuple):
    """What one event adds to one choice."""

    choice: int
    reasoning: str
    said: str


class ExposureWatch:
    """Compares what one reply says with what it thought, as both come in.

    Args:
        prompt: What the customer has said, which reasoning and answer may both repeat.
    """

    def __init__(self, prompt: str = "") -> None:
        self._choices: dict[int, _Choice] = {}
        self._prompt = frozenset(_Words().grams(prompt + " ")) if prompt else frozenset()

    @property
    def is_exposed(self) -> bool:
        return any(one.is_exposed for one in self._choices.values())

    @property
    def repeated_share(self) -> float:
        """How much of the reasoning has come back word for word, of the choice that tells most."""
        return max((one.repeated_share for one in self._choices.values()), default=0.0)

    def see(self, event: dict[str, Any]) -> None:
        """Look at one event, or at a whole reply, as it came from the engine."""
        for texts in texts_of(event):
            choice = self._choices.get(texts.choice)
            if choice is None:
                if len(self._choices) >= _MOST_CHOICES:
                    continue
                choice = self._choices[texts.choice] = _Choice(self._prompt)
            choice.think(texts.reasoning)
            choice.say(texts.said)


class _Choice:
    """One choice's reasoning, and how much of it the answer has repeated."""

    def __init__(self, prompt: frozenset[int]) -> None:
        self._prompt = prompt
        self._thought = _Words()
        self._said = _Words()
        self._place_of: dict[int, int] = {}
        """Hash of `_GRAM` words in a row → where in the reasoning they stand first, without those of the prompt."""
        self._grams = 0
        self._repeated: set[int] = set()
        """Places."""
        self._of_beginning = 0

    @property
    def is_exposed(self) -> bool:
        return self._of_beginning >= _MOST_OF_IT and any(place in self._repeated for place in range(_FIRST))

    @property
    def repeated_share(self) -> float:
        return len(self._repeated) / len(self._place_of) if self._place_of else 0.0

    def think(self, text: str) -> None:
        if not text or self._thought.count >= _MOST_WORDS:
            return
        for gram in self._thought.grams(text):
            if gram not in self._prompt:
                self._place_of.setdefault(gram, self._grams)
            self._grams += 1

    def say(self, text: str) -> None:
        if not text or not self._place_of:
            return
        for gram in self._said.grams(text):
            place = self._place_of.get(gram)
            if place is not None and place not in self._repeated:
                self._repeated.add(place)
                self._of_beginning += place < _BEGINNING


class _Words:
    """Cuts text that comes in pieces into hashes of `_GRAM` words in a row."""

    def __init__(self) -> None:
        self._rest = ""
        self._last: list[str] = []
        self.count = 0

    def grams(self, text: str) -> list[int]:
        words = _WORD.findall(self._rest + text.casefold())
        is_open = bool(words) and text[-1].isalnum() and not (len(words[-1]) == 1 and words[-1] > "\u3000")
        self._rest = words.pop() if is_open else ""
        self.count += len(words)
        row = self._last + words
        self._last = row[-(_GRAM - 1) :]
        return [
            xxhash.xxh3_64_intdigest("\x1f".join(row[end - _GRAM : end]).encode("utf-8", "surrogatepass"))
            for end in range(_GRAM, len(row) + 1)
        ]


def texts_of(event: dict[str, Any]) -> list[Texts]:
    """Reasoning and answer in one event of any API, or in a whole reply."""
    if isinstance(choices := event.get("choices"), list):
        return [_choice_texts(choice) for choice in choices if isinstance(choice, dict)]
    kind, delta = event.get("type"), event.get("delta")
    if isinstance(kind, str) and kind.startswith("response."):
        said = delta if isinstance(delta, str) else ""
        if kind.startswith("response.reasoning"):
            return [Texts(0, said, "")]
        return [Texts(0, "", said)] if kind == "response.output_text.delta" else []
    if kind == "content_block_delta" and isinstance(delta, dict):
        return [Texts(0, _first(delta, ("thinking",)), _first(delta, ("text",)))]
    if isinstance(output := event.get("output"), list):
        return [Texts(0, _joined(output, is_reasoning=True), _joined(output, is_reasoning=False))]
    inner = event.get("message")
    return [_message_texts(0, inner if isinstance(inner, dict) else event)]


def _choice_texts(choice: dict[str, Any]) -> Texts:
    index = choice.get("index")
    inner = choice.get("delta", choice.get("message"))
    return _message_texts(index if isinstance(index, int) else 0, inner if isinstance(inner, dict) else choice)


def _message_texts(choice: int, message: dict[str, Any]) -> Texts:
    if isinstance(content := message.get("content"), list):
        reasoning = _first(message, _REASONING) or _joined(content, is_reasoning=True)
        return Texts(choice, reasoning, _joined(content, is_reasoning=False))
    return Texts(choice, _first(message, _REASONING), _first(message, _SAID))


def _joined(parts: list[Any], *, is_reasoning: bool) -> str:
    """The text of those blocks or items that are reasoning, or of those that are not."""
    names = ("thinking", "summary", "content", "text") if is_reasoning else ("text", "content")
    chosen = (part for part in parts if isinstance(part, dict) and is_reasoning_block(part) == is_reasoning)
    return "\n".join(plain_text(found) for part in chosen for name in names if (found := part.get(name)))


def _first(message: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((found for name in names if isinstance(found := message.get(name), str) and found), "")
