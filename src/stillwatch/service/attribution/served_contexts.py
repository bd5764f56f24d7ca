"""Which contexts were served while a key was in force, out of the logs of what was served.

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
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.pair_table import Counted, contexts_of_texts
from stillwatch.core.errors import InputError
from stillwatch.logs.exchange_rows import ExchangeRows
from stillwatch.logs.files import expand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.attribution.pair_table import Ints
    from stillwatch.core.mark_label import MarkLabel
    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.reading import Reading
    from stillwatch.service.attribution.tokenise import Tokeniser

_COLUMNS: Final = ("started_at", "request_model", "reply_text")
_AT_ONCE: Final = 1_024


class ServedLogs:
    """Logs of what was served; read once for each key."""

    def __init__(
        self, paths: Sequence[str], reading: Reading, tokeniser: Tokeniser, *, models: Sequence[str] = ()
    ) -> None:
        """Say what to read.

        Args:
            paths: Files, folders or globs.
            reading: How to read them.
            tokeniser: Of the teacher.
            models: Globs of models that were marked; none = all.
        """
        self._paths, self._reading, self._tokeniser = tuple(paths), reading, tokeniser
        self._is_marked = re.compile("|".join(map(translate, models)) or ".*", re.DOTALL).match

    def contexts(self, label: MarkLabel, days: int, *, width: int, progress: Progress) -> Counted:
        """How often each context was served in the epoch of a key, `days` long.

        Raises:
            InputError: A log cannot be read, or nothing was served then.
        """
        start = datetime.fromisoformat(label.epoch).replace(tzinfo=UTC) if label.epoch else None
        end = start + timedelta(days=days) if start else None
        with TemporaryDirectory(prefix="stillwatch-served-") as folder:
            found = ExchangeRows(expand(self._paths), self._reading, _COLUMNS, spill=Path(folder), progress=progress)
            texts: list[Ints] = []
            waiting: list[str] = []
            for at, model, text in found.rows():
                if not text or not self._is_marked(model or "") or not _is_within(at, start, end):
                    continue
                waiting.append(text)
                if len(waiting) == _AT_ONCE:
                    texts += self._tokeniser.encode(waiting)
                    waiting.clear()
            texts += self._tokeniser.encode(waiting) if waiting else ()
        if not texts:
            mend = "name the logs of that time, with the texts of replies in them"
            raise InputError(f"nothing was served under {label}", where=", ".join(self._paths), mend=mend)
        return contexts_of_texts(texts, width=width)


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
