"""Log-probabilities of replies, out of the raw records of logs that keep whole reply bodies.

    found = LoggedLogprobs(logs, spill)      # a file that is open for reading and writing
    found.of("chatcmpl-7")

They are no column of an exchange: few logs have them, and no scan reads them. So records are gone through once more,
and what they hold is put on disk under the reply's own id; in memory is an index.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from stillwatch.logs.entries import entries
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.files import expand
from stillwatch.logs.limits import Limits
from stillwatch.logs.rejects import RejectLog
from stillwatch.wire.token_logprobs import read_token_logprobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.service.licences.licensed_exchanges import Logs
    from stillwatch.wire.token_logprobs import Placed

_DEPTH: Final = 6
_SAID: Final = ("logprobs", "logprobsResult")


class LoggedLogprobs:
    """Those of some logs, kept in a file that is open as long as they are asked for."""

    def __init__(self, logs: Logs, spill: BinaryIO) -> None:
        """Go through the logs.

        Raises:
            InputError: A log cannot be read.
        """
        self._spill = spill
        self._at: dict[str, tuple[int, int]] = {}
        for number, body in _bodies(logs):
            line = orjson.dumps(body)
            self._at[number] = (spill.tell(), len(line))
            spill.write(line)

    def __len__(self) -> int:
        return len(self._at)

    def of(self, reply: str) -> tuple[Placed, ...]:
        """Of the reply of this id; empty where no record had any."""
        if reply not in self._at:
            return ()
        at, size = self._at[reply]
        self._spill.seek(at)
        return read_token_logprobs(orjson.loads(self._spill.read(size)))


def _bodies(logs: Logs) -> Iterator[tuple[str, dict[str, Any]]]:
    paths = expand(logs.paths)
    total, done = sum(path.stat().st_size for path in paths), 0
    for path in paths:
        for block in open_blocks(path):
            logs.progress("looking for log-probabilities", done, total)
            for _, _, _, record in entries(block, Limits(), RejectLog()):
                for body in _replies_in(record, _DEPTH):
                    if number := body.get("id") or body.get("responseId"):
                        yield str(number), _without_the_rest(body)
            done += len(block.data)
    logs.progress("looking for log-probabilities", total, total)


def _replies_in(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every reply body with log-probabilities, in a record of any format; texts may hold JSON."""
    if isinstance(value, str):
        if value.startswith(("{", "[")) and any(name in value for name in _SAID):
            try:
                yield from _replies_in(json.loads(value), depth - 1)
            except (ValueError, RecursionError):
                return
    elif isinstance(value, dict):
        if any(isinstance(value.get(name), list) for name in ("choices", "candidates", "output")):
            if read_token_logprobs(value):
                yield value
            return
        for inner in value.values() if depth else ():
            yield from _replies_in(inner, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            yield from _replies_in(inner, depth - 1)


def _without_the_rest(body: dict[str, Any]) -> dict[str, Any]:
    """What `read_token_logprobs` reads."""
    return {name: body[name] for name in ("choices", "candidates", "output") if name in body}
