r"""What people found about accounts that were denied, for whoever judges or fits the detector.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from datetime import datetime, UTC
>>> found = Judged(
...     appeal="ap-1",
...     denial="d-1",
...     decided_at=datetime(2026, 1, 1, tzinfo=UTC),
...     key="account",
...     value="a-1",
...     is_guilty=False,
...     subject="c-1",
...     rule="operators",
...     confidence=0.97,
...     because="keeps the fleet's hours",
...     decided_by="Ada",
...     decision_reason="a class of a university",
... )
>>> with TemporaryDirectory() as folder:
...     file = Path(folder) / "calibration.jsonl"
...     record_judged(file, found)
...     read_judged(file) == (found,)
True

One line of JSON a decision, appended and never changed. An appeal that was decided anew, or a line that was written
twice because the machine stopped in between, comes again: the last line of an appeal counts.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = "stillwatch.calibration/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    appeal: str
    denial: str
    decided_at: datetime
    key: str
    value: str
    """Of the account, or what else the customer is known by."""
    is_guilty: bool
    """True: a person upheld the denial. False: it was overturned; the account is honest."""
    subject: str
    """The campaign that it was taken for a member of."""
    rule: str
    confidence: float | None
    """What the detector had said; None where the denial is no longer on record."""
    because: str
    decided_by: str
    decision_reason: str


def is_no_campaign(upheld: int, overturned: int) -> bool:
    """Whether people found a campaign to be none: at least half of its judged accounts are honest."""
    return overturned >= upheld


def record_judged(path: Path, judged: Judged) -> None:
    """Append a line, down to the disk."""
    line = orjson.dumps({"schema": _SCHEMA, **asdict(judged)}, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def read_judged(path: Path) -> tuple[Judged, ...]:
    """What holds now: one for each appeal, in the order of their first decision.

    Raises:
        InputError: A line is not one of ours.
    """
    found: dict[str, Judged] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            plain = orjson.loads(line)
            if plain.pop("schema") != _SCHEMA:
                raise InputError("this is of another version", where=f"{path}:{number}", mend="take that line out")
            judged = Judged(**{**plain, "decided_at": datetime.fromisoformat(plain["decided_at"])})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            mend = "take that line out"
            raise InputError("this is no record of an appeal", where=f"{path}:{number}", mend=mend) from error
        found[judged.appeal] = judged
    return tuple(found.values())
