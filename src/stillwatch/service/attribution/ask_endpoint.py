"""Ask a suspect model through an OpenAI-compatible endpoint, within a budget, and go on where a run was stopped.

    asked = await ask_endpoint(Endpoint(url="https://api.example.com/v1", model="x-7b"), asked, out, budget, progress)

One line of the file is one answer. A refusal for now (429, 5xx, a broken connection) is tried again, as long as the
server asks for or twice as long each time; any other one ends the run, with all that was answered kept.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

import aiohttp

from stillwatch.core.errors import PeerError
from stillwatch.service.attribution.openai_exchange import address_of, body_of, output_of
from stillwatch.service.attribution.outputs import OutputFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.service.attribution.openai_exchange import Endpoint
    from stillwatch.service.attribution.outputs import Output, Question

_FOR_NOW: Final = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
_MOST_TRIES: Final = 6
_FIRST_WAIT_S: Final = 1.0
_MOST_WAIT_S: Final = 60.0


class Budget(NamedTuple):
    tokens: int
    """Stop when the file holds so many."""
    requests: int
    """Ask no more often in all, those of earlier runs included."""
    a_minute: float = 60.0
    at_once: int = 4


class Asked(NamedTuple):
    answers: int
    """In the file, those of earlier runs included."""
    tokens: int
    is_enough: bool
    """Whether the tokens are there; else the requests were used up."""


async def ask_endpoint(
    endpoint: Endpoint,
    questions: Sequence[Question],
    out: Path,
    budget: Budget,
    progress: Callable[[str, int, int], None],
) -> Asked:
    """Ask the questions in turn, again and again, until the budget is used.

    Raises:
        InputError: The file holds something else.
        PeerError: The endpoint refuses, or does not answer; what was answered is in the file.
    """
    headers = {"authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
    timeout = aiohttp.ClientTimeout(total=endpoint.timeout_s)
    with OutputFile(out) as file:
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            turn = _Turn(file, budget)
            asking = [_go_on(session, endpoint, questions, file, turn, progress) for _ in range(budget.at_once)]
            tasks = [asyncio.ensure_future(one) for one in asking]
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                    with suppress(asyncio.CancelledError, PeerError):
                        await task
        return Asked(len(file.numbers), file.tokens, file.tokens >= budget.tokens)


class _Turn:
    """Whose turn it is to ask, and when."""

    def __init__(self, file: OutputFile, budget: Budget) -> None:
        self._file, self._budget = file, budget
        self._number = 0
        self._free_at = 0.0
        self.tokens_wanted = budget.tokens

    async def next(self) -> int | None:
        """The number of the next request, once it may be asked; None where there is none."""
        while self._number in self._file.numbers:
            self._number += 1
        if self._file.tokens >= self._budget.tokens or self._number >= self._budget.requests:
            return None
        number, self._number = self._number, self._number + 1
        now = time.monotonic()
        start = max(now, self._free_at)
        self._free_at = start + 60.0 / self._budget.a_minute
        await asyncio.sleep(start - now)
        return number


async def _go_on(  # noqa: PLR0913, PLR0917  # what all askers share
    session: aiohttp.ClientSession,
    endpoint: Endpoint,
    questions: Sequence[Question],
    file: OutputFile,
    turn: _Turn,
    progress: Callable[[str, int, int], None],
) -> None:
    while (number := await turn.next()) is not None:
        question = questions[number % len(questions)]
        file.add(await _answer(session, endpoint, number, question))
        progress("asking", min(file.tokens, turn.tokens_wanted), turn.tokens_wanted)


async def _answer(session: aiohttp.ClientSession, endpoint: Endpoint, number: int, question: Question) -> Output:
    wait_s = _FIRST_WAIT_S
    for tries in range(1, _MOST_TRIES + 1):
        try:
            async with session.post(address_of(endpoint), json=body_of(endpoint, question)) as reply:
                if reply.status == 200:  # RFC 9110
                    return output_of(endpoint, await reply.json(content_type=None), number, question)
                why = f"{reply.status} {(await reply.text())[:200]}"
                if reply.status not in _FOR_NOW:
                    raise PeerError(f"the endpoint refuses: {why}", where=endpoint.url, mend=_mend(reply.status))
                asked_s = _seconds(reply.headers.get("retry-after", ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            why, asked_s = f"{type(error).__name__}: {error}", 0.0
        if tries < _MOST_TRIES:
            await asyncio.sleep(min(_MOST_WAIT_S, asked_s or wait_s))
            wait_s *= 2
    mend = "go on later with the same command; what was answered is kept"
    raise PeerError(f"no answer after {_MOST_TRIES} tries: {why}", where=endpoint.url, mend=mend)


def _mend(status: int) -> str:
    return {
        401: "name the API key's variable with --api-key-env",
        403: "ask for access to this model",
        404: "look at the address and at the name of the model",
    }.get(status, "look at what it says")


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
