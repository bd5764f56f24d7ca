"""What is sent to an OpenAI-compatible server to have it answer or judge a text, and how its replies are read.

    to write   POST /chat/completions or /completions; with `top`, also what it found likeliest at each token
    to judge   POST /completions with `echo` and no token to write: log-probabilities of the prompt itself

Shapes of OpenAI's API reference: `choices[].logprobs.content[].top_logprobs` of a chat, and `tokens`, `token_logprobs`,
`top_logprobs` and `text_offset` of completions, as vLLM gives them too. Chats echo nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.attribution.outputs import Output

if TYPE_CHECKING:
    from stillwatch.service.attribution.outputs import Question, Top

_MEND: Final = "look at the address: it should be up to /v1 of an OpenAI-compatible server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    url: str
    """Up to `/v1`."""
    model: str
    api_key: str = field(default="", repr=False)
    temperature: float = 1.0
    most_tokens: int = 256
    """Of one answer."""
    is_chat: bool = True
    """Chat completions; else completions, which continue the prompt."""
    timeout_s: float = 300.0
    top: int = 0
    """So many likeliest tokens of each place are asked for."""


def address_of(endpoint: Endpoint) -> str:
    return endpoint.url.rstrip("/") + ("/chat/completions" if endpoint.is_chat else "/completions")


def body_of(endpoint: Endpoint, question: Question) -> dict[str, Any]:
    """What is posted.

    Raises:
        SettingsError: A text is to be judged by an interface for chats.
    """
    body: dict[str, Any] = {"model": endpoint.model, "temperature": endpoint.temperature}
    if question.given:
        if endpoint.is_chat:
            mend = "ask with --completions, or weights with --folder"
            raise SettingsError("a chat judges no text that is given", where=endpoint.url, mend=mend)
        echoed = {"prompt": question.prompt + question.given, "echo": True, "max_tokens": 0}
        return body | echoed | {"logprobs": max(1, endpoint.top)}
    body["max_tokens"] = endpoint.most_tokens
    if endpoint.is_chat:
        told = {"logprobs": True, "top_logprobs": endpoint.top} if endpoint.top else {}
        return body | {"messages": [{"role": "user", "content": question.prompt}]} | told
    return body | {"prompt": question.prompt} | ({"logprobs": endpoint.top} if endpoint.top else {})


def output_of(endpoint: Endpoint, reply: Any, number: int, question: Question) -> Output:
    """What a reply says.

    Raises:
        PeerError: It is no answer of a model, or it tells no log-probabilities where they were asked for.
    """
    try:
        choice = reply["choices"][0]
        if question.given:
            return _judged(endpoint, choice["logprobs"], number, question)
        text = str((choice["message"]["content"] if "message" in choice else choice["text"]) or "")
        tokens = (reply.get("usage") or {}).get("completion_tokens")
        pieces, top = _told(choice["logprobs"]) if endpoint.top else ((), ())
        count = int(tokens) if tokens else max(1, len(text) // 4)
        return Output(number, question.prompt, text, count, pieces=pieces, top=top)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        mend = "ask a server that tells log-probabilities" if question.given or endpoint.top else _MEND
        raise PeerError(f"no answer of a model: {error!r}", where=endpoint.url, mend=mend) from error


def _judged(endpoint: Endpoint, told: dict[str, Any], number: int, question: Question) -> Output:
    """How likely the given text is: over the tokens that begin in it."""
    first = sum(offset < len(question.prompt) for offset in told["text_offset"])
    values = [float(one) for one in told["token_logprobs"][first:] if one is not None]
    pieces, top = _told(told) if endpoint.top else ((), ())
    return Output(
        number,
        question.prompt,
        question.given,
        len(values),
        is_given=True,
        pieces=pieces[first:],
        top=top[first:],
        log_probability=sum(values),
    )


def _told(told: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Top, ...]]:
    """The tokens as they are written, and the likeliest at each place; of neither interface the first place is told."""
    if "content" in told:
        places = told["content"] or []
        likeliest = [tuple((one["token"], float(one["logprob"])) for one in place["top_logprobs"]) for place in places]
        return tuple(place["token"] for place in places), tuple(likeliest)
    tops = told["top_logprobs"] or itertools.repeat(None, len(told["tokens"]))
    listed = [tuple((token, float(value)) for token, value in (one or {}).items()) for one in tops]
    return tuple(told["tokens"]), tuple(listed)
