"""Errors about the copy of a log that name the log.

>>> from pathlib import Path
>>> from stillwatch.core.errors import InputError
>>> with told_as(Path("/tmp/copy"), "s3a://logs/a.jsonl"):
...     raise InputError("no known format", where="/tmp/copy:7")
Traceback (most recent call last):
...
stillwatch.core.errors.InputError: s3a://logs/a.jsonl:7: no known format
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from stillwatch.core.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def told_as(path: Path, log_name: str) -> Iterator[None]:
    """Whatever is wrong with `path` is said of `log_name`; of the path itself where that is empty."""
    try:
        yield
    except StillwatchError as error:
        if not log_name:
            raise
        what, where = (text.replace(str(path), log_name) for text in (error.what, error.where))
        raise type(error)(what, where=where, mend=error.mend) from error
