"""Which contexts were served under a key, out of the logs of what was served and the register of how it was marked.

Contexts alone may be asked for, never the tokens that followed: those hang on the key, and a rule that saw them would
spoil the null hypothesis.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from fnmatch import translate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.attribution.pair_table import Counted, contexts_of_texts
from stillwatch.core.errors import InputError
from stillwatch.logs.exchange_rows import ExchangeRows
from stillwatch.logs.files import expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stillwatch.attribution.pair_table import Ints
    from stillwatch.core.mark_label import MarkLabel
    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.reading import Reading
    from stillwatch.service.attribution.read_served import Served
    from stillwatch.service.attribution.tokenise import Tokeniser

_COLUMNS: Final = ("started_at", "request_model", "reply_text", "record_id", "response_id")
_AT_ONCE: Final = 1_024


class _Reply(NamedTuple):
    text: str
    ids: tuple[str, ...]
    """By which a register knows it."""


class ServedLogs:
    """Logs of what was served; read once for each key."""

    def __init__(
        self,
        paths: Sequence[str],
        reading: Reading,
        tokeniser: Tokeniser,
        *,
        models: Sequence[str] = (),
        register: Served | None = None,
    ) -> None:
        """Say what to read.

        Args:
            paths: Files, folders or globs.
            reading: How to read them.
            tokeniser: Of the teacher.
            models: Globs of models that were marked; none = all.
            register: Of what was served: only replies that it says carry the key's mark count, whatever the day.
                Without it every reply in the epoch of a key counts, one that was drawn without chance too.
        """
        self._register = register
        self._paths, self._reading, self._tokeniser = tuple(paths), reading, tokeniser
        self._is_marked = re.compile("|".join(map(translate, models)) or ".*", re.DOTALL).match

    def contexts(self, label: MarkLabel, days: int, *, width: int, progress: Progress) -> Counted:
        """How often each context was served in the epoch of a key, `days` long.

        Raises:
            InputError: A log cannot be read, or nothing was served then.
        """
        texts: list[Ints] = []
        waiting: list[_Reply] = []
        for one in self._replies(label, days, progress):
            waiting.append(one)
            if len(waiting) == _AT_ONCE:
                texts += self._tokenised(label, waiting)
                waiting.clear()
        texts += self._tokenised(label, waiting)
        if not texts:
            mend = "name the logs of that time, with the texts of replies in them"
            raise InputError(f"nothing was served under {label}", where=", ".join(self._paths), mend=mend)
        return contexts_of_texts(texts, width=width)

    def _replies(self, label: MarkLabel, days: int, progress: Progress) -> Iterator[_Reply]:
        has_days = bool(label.epoch) and self._register is None
        start = datetime.fromisoformat(label.epoch).replace(tzinfo=UTC) if has_days else None
        end = start + timedelta(days=days) if start else None
        with TemporaryDirectory(prefix="stillwatch-served-") as folder:
            found = ExchangeRows(expand(self._paths), self._reading, _COLUMNS, spill=Path(folder), progress=progress)
            for at, model, text, *ids in found.rows():
                if text and self._is_marked(model or "") and _is_within(at, start, end):
                    yield _Reply(text, tuple(ids))

    def _tokenised(self, label: MarkLabel, replies: Sequence[_Reply]) -> Sequence[Ints]:
        if self._register is not None:
            served = self._register.are_under(str(label), [one.ids for one in replies])
            replies = [one for one, is_served in zip(replies, served, strict=True) if is_served]
        return self._tokeniser.encode([one.text for one in replies]) if replies else ()


def digest_of_served(served: Mapping[str, Counted]) -> str:
    """SHA-256 over the tables of all keys, hex, as a plan states it; empty where there is none."""
    if not served:
        return ""
    hashed = hashlib.sha256()
    for label, one in sorted(served.items()):
        order = np.lexsort(one.contexts.T[::-1]) if one.contexts.shape[1] else np.arange(len(one.counts))
        hashed.update(f"{label} {one.contexts.shape}\n".encode())
        hashed.update(one.contexts[order].astype("<i8").tobytes() + one.counts[order].astype("<i8").tobytes())
    return hashed.hexdigest()


def _is_within(at: int, start: datetime | None, end: datetime | None) -> bool:
    if start is None or end is None:
        return True
    return start.timestamp() * 1e9 <= at < end.timestamp() * 1e9
