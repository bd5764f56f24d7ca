"""What a model was asked and what it answered: a file of JSON lines, which asking appends to and testing reads.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder, OutputFile(Path(folder) / "a.jsonl") as out:
...     out.add(Output(0, "Hi", "Hello.", 2))
...     out.tokens, 0 in out.numbers
(2, True)

    {"n": 0, "prompt": "…", "text": "…", "tokens": 123}      tokens: how many, or their ids
    … "top": [[["the", -0.2], ["a", -1.9]], …]               what it found likeliest at each token of the text,
    … "pieces": ["the", …]                                   whose tokens are these, as it writes them
    … "given": true, "log_probability": -12.5                the text is ours, and it said how likely it finds it

A line is written when its answer is there, so a run that was killed goes on where it was; half a line at the end of the
file is cut off when the file is opened again.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_EXAMPLE: Final = '{"n": 0, "prompt": "...", "text": "..."}'


Top = tuple[tuple[str | int, float], ...]
"""The likeliest tokens of one place, as they are written or by id, and their log-probabilities."""


class Question(NamedTuple):
    prompt: str
    given: str = ""
    """Text of ours that the model is to judge behind the prompt, instead of writing; empty where it is to write."""


class Output(NamedTuple):
    number: int
    """Of the request, from 0; each stands once in a file."""
    prompt: str
    text: str
    tokens: int
    """How many the answer has, as far as the model says; else 0."""
    ids: tuple[int, ...] = ()
    """The answer as token ids of the teacher's tokenizer, where the file holds them."""
    is_given: bool = False
    """Whether the text is ours, and was judged by the model instead of written."""
    pieces: tuple[str, ...] = ()
    """The tokens of the text as the model writes them, where it told."""
    top: tuple[Top, ...] = ()
    """What it found likeliest at each of `pieces`, or of `ids`; nothing where it did not tell."""
    log_probability: float | None = None
    """Of the whole given text behind the prompt; natural logarithm."""


class OutputFile:
    """Open to be appended to; a context."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.numbers: set[int] = set()
        """Of the answers that are there."""
        self.tokens = 0

    def __enter__(self) -> Self:
        """Open it, and read what is there.

        Raises:
            InputError: A line that is whole is no answer.
        """
        self._file = self._path.open("a+b")
        self._file.seek(0)
        data = self._file.read()
        whole = data.rfind(b"\n") + 1
        self._file.truncate(whole)
        for one in _read(data[:whole].splitlines(), str(self._path)):
            self.numbers.add(one.number)
            self.tokens += one.tokens
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        self._file.close()

    def add(self, output: Output) -> None:
        """Write an answer down; it is in the file when this returns."""
        line: dict[str, Any] = {"n": output.number, "prompt": output.prompt, "text": output.text}
        line |= {"tokens": list(output.ids) or output.tokens}
        line |= {"given": True} if output.is_given else {}
        line |= {"pieces": output.pieces} if output.pieces else {}
        line |= {"top": output.top} if output.top else {}
        line |= {"log_probability": output.log_probability} if output.log_probability is not None else {}
        self._file.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")
        self._file.flush()
        self.numbers.add(output.number)
        self.tokens += output.tokens


def read_outputs(path: Path) -> tuple[Output, ...]:
    """All answers, by number.

    Raises:
        InputError: A line is none, or a number stands twice.
    """
    try:
        found = sorted(_read(path.read_bytes().splitlines(), str(path)), key=lambda one: one.number)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend="name the file") from error
    for before, after in pairwise(found):
        if before.number == after.number:
            raise InputError(f"number {after.number} stands twice", where=str(path), mend="number each line once")
    return tuple(found)


def read_probes(path: Path) -> tuple[str, ...]:
    """What to ask: JSON lines with `prompt`, or plain text, one prompt a line.

    Raises:
        InputError: There is none.
    """
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    found = tuple(_probe(line, f"{path}:{number}") for number, line in enumerate(lines, 1))
    if not found:
        raise InputError("there is nothing to ask in it", where=str(path), mend="write one prompt a line")
    return found


def _probe(line: str, where: str) -> str:
    if not line.lstrip().startswith("{"):
        return line
    try:
        prompt = json.loads(line)["prompt"]
    except (ValueError, KeyError) as error:
        raise InputError(f"no prompt: {error}", where=where, mend='write {"prompt": "..."}') from error
    return str(prompt)


def _read(lines: list[bytes], where: str) -> Iterator[Output]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _output(json.loads(line), number - 1)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"no answer: {error}", where=f"{where}:{number}", mend=f"write {_EXAMPLE}") from error


def _output(read: dict[str, Any], place: int) -> Output:
    tokens = read.get("tokens", 0)
    ids = tuple(map(int, tokens)) if isinstance(tokens, list) else ()
    text, prompt = read.get("text", ""), read.get("prompt", "")
    if not isinstance(text, str) or not isinstance(prompt, str) or not (text or ids or "text" in read):
        raise TypeError("no text")
    found = read.get("log_probability")
    return Output(
        int(read.get("n", place)),
        prompt,
        text,
        len(ids) or int(tokens or 0),
        ids,
        is_given=bool(read.get("given", False)),
        pieces=tuple(map(str, read.get("pieces", ()))),
        top=tuple(_top(one) for one in read.get("top", ())),
        log_probability=None if found is None else float(found),
    )


def _top(listed: list[list[Any]]) -> Top:
    return tuple((token if isinstance(token, int) else str(token), float(value)) for token, value in listed)
