"""The register of what was served, out of a gateway's own logs, where no guard sees the replies.

The lines are those of the guard's register (`served_register`). Which mark a reply carries follows from its time, its
model and its parameters, as the log has them. A gateway that sends some accounts to another engine by a tag does not
say so in its log, so deployments with a tag count for none of these replies.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.logs.exchange_rows import ExchangeRows
from stillwatch.logs.files import expand
from stillwatch.service.attribution.mark_of_reply import Request, mark_of_reply
from stillwatch.service.attribution.served_register import served_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.core.deployed_mark import DeployedMark
    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.reading import Reading

_COLUMNS: Final = (
    *("record_id", "response_id", "started_at", "status_code", "operation", "request_model", "account_id"),
    *("params", "output_tokens"),
)
_FAILED: Final = 400


class Registered(NamedTuple):
    replies: int
    without_reply: int
    """Exchanges that failed, and those of embeddings."""
    rejected: int
    """Lines of the logs that hold no exchange."""
    faults: tuple[str, ...]
    """What could not be read to its end."""


def register_logs(
    paths: Sequence[str], reading: Reading, deployed: Sequence[DeployedMark], out: Path, *, progress: Progress
) -> Registered:
    """Write the register of logs (files, folders or globs) to a file that is made anew.

    Raises:
        InputError: A log cannot be read.
        OSError: The register cannot be written.
    """
    replies = without_reply = 0
    with TemporaryDirectory(prefix="stillwatch-served-") as folder, out.open("wb") as register:
        rows = ExchangeRows(expand(paths), reading, _COLUMNS, spill=Path(folder), progress=progress)
        for line in _lines(rows, deployed):
            replies += bool(line)
            without_reply += not line
            register.write(line)
    return Registered(replies, without_reply, rows.rejected, rows.faults)


def _lines(rows: ExchangeRows, deployed: Sequence[DeployedMark]) -> Iterator[bytes]:
    """One for each exchange; empty where it has no reply in words."""
    for record_id, response_id, started_at, status, operation, model, account, params, tokens in rows.rows():
        if (status or 0) >= _FAILED or operation == "embeddings":
            yield b""
            continue
        request = Request(started_at / 1e9, model or "", _parameters(params))
        mark = mark_of_reply(request, deployed)
        ids = (record_id or "", response_id or "")
        yield served_line(request.at, ids, mark, model=request.model, account=account or "", tokens=tokens or 0) + b"\n"


def _parameters(params: str | None) -> dict[str, Any]:
    """A log that has no parameters names none: what a request leaves out is the engine's own default."""
    found = orjson.loads(params) if params else {}
    return found if isinstance(found, dict) else {}
