"""vLLM's plain-text log, one line a record: `{"_line": "..."}`.

Written by: `vllm serve --enable-log-requests` (and `--enable-log-outputs` for replies).

Markers: a line with `Received request ID:` and `SamplingParams(`, or `Generated response ID`; joined on the id.

Traps: vLLM's own time stamp has no year, so a line is placed in time only by an ISO time before it, as container
run-times and journals write; otherwise it is refused. The prompt is logged at DEBUG alone (older versions: always).
There is no key, no address, no account. Values of parameters are read as text; nothing is evaluated.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns
from stillwatch.wire.bodies import conversation_row
from stillwatch.wire.messages import chain_hash, read_messages
from stillwatch.wire.parameters import parameters_json
from stillwatch.wire.values import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "vllm-request"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")
_RECEIVED: Final = re.compile(r"Received request ([^\s:]{1,200}): ")
_GENERATED: Final = re.compile(r"Generated response ([^\s:]{1,200})[^:]{0,80}: output: ")
_PARAMETERS: Final = "params: SamplingParams("
_FINISH: Final = re.compile(r"finish_reason: '?(\w{1,40})")
_NUMBER: Final = re.compile(r"[+-]?\d{1,18}(\.\d{1,20})?(e[+-]?\d{1,3})?\Z")
_CONSTANTS: Final = {"True": True, "False": False, "None": None}
_BRACKETS: Final = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}


def _matches(record: Record) -> bool:
    line = record.get("_line")
    if not isinstance(line, str):
        return False
    return ("Received request " in line and "SamplingParams(" in line) or _GENERATED.search(line) is not None


def _read(record: Record) -> Iterator[Row | Part]:
    line = record.get("_line")
    if not isinstance(line, str):
        raise ValueError("not a line of text")  # noqa: TRY004  # what the interface asks of a reader
    if received := _RECEIVED.search(line):
        yield Part(_KIND, received[1], 0, _received(line, received), {})
    elif generated := _GENERATED.search(line):
        yield Part(_KIND, generated[1], 1, _generated(line, generated), {}, needs_more=True)


def _received(line: str, received: re.Match[str]) -> Row:
    written = _TIME.search(line, 0, received.start())
    if written is None:
        raise ValueError("no year in the line's time: have the log's collector put an ISO time before it")
    head, _, tail = line[received.end() :].partition(_PARAMETERS)
    prompt = _prompt(head)
    return {
        **(conversation_row(read_messages(prompt)) if prompt else {}),
        "record_id": text(received[1]),
        "source": "vllm_text",
        "started_at": start_ns(written[0].replace(",", ".")),
        "operation": "chat" if received[1].startswith("chatcmpl") else "text_completion",
        "status_code": 200,
        "params": parameters_json(_parameters(tail)),
    }


def _generated(line: str, generated: re.Match[str]) -> Row:
    output, _, rest = line[generated.end() :].partition(", output_token_ids:")
    reason = _FINISH.search(rest or line)
    return {
        "source": "vllm_text",
        "reply_text": text(_unquoted(output.partition(", finish_reason:")[0])),
        "finish_reasons": reason[1] if reason else None,
    }


def _prompt(head: str) -> str | None:
    return _unquoted(head.removeprefix("prompt: ").removesuffix(", ")) if head.startswith("prompt: ") else None


def _unquoted(value: str) -> str | None:
    """The string that Python's `repr` wrote; None for anything but one string."""
    if value[:1] not in ("'", '"'):
        return None
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return found if isinstance(found, str) else None


def _parameters(tail: str) -> dict[str, Any]:
    """`name=value` up to the closing bracket; commas within brackets or quotes do not part."""
    found: dict[str, Any] = {}
    for item in _items(tail):
        name, is_pair, value = item.strip().partition("=")
        if is_pair and name.isidentifier():
            found[name] = _value(value)
    return found


def _items(tail: str) -> Iterator[str]:
    depth, start, quote = 0, 0, ""
    for place, character in enumerate(tail):
        if quote or character in "'\"":
            quote = "" if character == quote else quote or character
            continue
        depth += _BRACKETS.get(character, 0)
        if depth < 0 or (character == "," and depth == 0):
            yield tail[start:place]
            start = place + 1
        if depth < 0:
            return


def _value(value: str) -> Any:
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if _NUMBER.match(value):
        return float(value) if any(mark in value for mark in ".e") else int(value)
    return value


_ASKED: Final = {
    "_line": "2026-03-01T09:00:00.250Z (APIServer pid=1) INFO 03-01 09:00:00 [logger.py:40] "
    "Received request chatcmpl-1: "
    "prompt: 'Why?', params: SamplingParams(n=4, temperature=0.2, stop=['a, b'], seed=None, logprobs=5), "
    "lora_request: None."
}
_ANSWERED: Final = {
    "_line": "2026-03-01T09:00:02.500Z INFO 03-01 09:00:02 [logger.py:70] Generated response chatcmpl-1: "
    "output: 'Because.', output_token_ids: [1, 2], finish_reason: stop"
}
_NO_YEAR: Final = {
    "_line": "INFO 03-01 09:00:00 [logger.py:40] Received request cmpl-2: params: SamplingParams(n=1), x"
}
_ROW: Final = {
    "record_id": "chatcmpl-1",
    "source": "vllm_text",
    "started_at": 1772355600250000000,
    "operation": "chat",
    "status_code": 200,
    "params": '{"logprobs":5,"n":4,"stop":"[\'a, b\']","temperature":0.2}',
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
}

FORMAT: Final = Format(
    name="vllm_text",
    title="vLLM text log",
    matches=_matches,
    read=_read,
    cases=(
        Case(name="a request and its reply", records=(_ANSWERED, _ASKED), rows=(_ROW,)),
        Case(name="a time without a year is refused", records=(_NO_YEAR,), rows=()),
    ),
    account_hint="vLLM's log names no caller: log at the gateway before it.",
)
