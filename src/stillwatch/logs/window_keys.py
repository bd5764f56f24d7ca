"""The key table of a window: all of it, and once shares are counted, the rows of the keys that tie accounts.

Where the engine runs in this process, keys are sieved and counted in numpy, ten times as fast as any engine does it.
Where it runs on other machines, they are counted there by queries: the rows of a large log do not come here.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from stillwatch.logs.engine import RemoteEngine
from stillwatch.logs.key_count import shared_uses
from stillwatch.logs.key_sieve import sieve_keys
from stillwatch.logs.key_ties import close_ties, keep_ties, kept_ties
from stillwatch.logs.sketching import KEY_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from stillwatch.logs.engine import Engine
    from stillwatch.logs.window_rows import Ints


class KeyPlace(NamedTuple):
    """Where the keys lie, and where those go that can tie accounts."""

    paths: list[str]
    spill: Path
    folder: Path
    """Where the rows of the keys that do tie accounts are kept."""
    memory_bytes: int
    is_whole: bool
    """Whether the window leaves no exchange out."""


class WindowKeys:
    """Says which key table the engine reads."""

    def __init__(self, engine: Engine, place: KeyPlace) -> None:
        self._engine = engine
        self._place = place
        self._kept: Sequence[str] = place.paths

    def count(self, account_keys: Ints, bounds: Mapping[str, Any]) -> pa.Table:
        """Who uses each shared key, and how often: the rows of account_share.sql."""
        if isinstance(self._engine, RemoteEngine):
            return self._asked(bounds)
        self._kept = sieve_keys(
            self._place.paths,
            self._place.spill,
            least_exchanges=bounds["least_exchanges"],
            least_accounts=bounds["least_accounts"],
            memory_bytes=self._place.memory_bytes,
        )
        if self._place.is_whole:
            return pa.table(shared_uses(self._kept, account_keys, **bounds)._asdict())
        self._engine.attach("keys", self._kept, KEY_SCHEMA)
        return self._asked(bounds)

    def keep(self, shared: Ints) -> None:
        """From here on the engine reads the rows of the `shared` keys, shape (k,), and of reasoning blocks."""
        folder = self._place.folder / "ties"
        self._kept = kept_ties(folder) or self._keep(shared, folder)
        self._engine.attach("keys", self._kept, KEY_SCHEMA)

    @contextmanager
    def all(self) -> Iterator[None]:
        """For as long as it lasts, rows of other keys are there too: one-off prompts carry such."""
        self._engine.attach("keys", self._place.paths, KEY_SCHEMA)
        try:
            yield
        finally:
            self._engine.attach("keys", self._kept, KEY_SCHEMA)

    def _asked(self, bounds: Mapping[str, Any]) -> pa.Table:
        self._engine.define("key_busy", {"least_exchanges": bounds["least_exchanges"]})
        self._engine.define("key_use")
        table = self._engine.run("account_share", bounds)
        self._engine.drop("key_use")
        self._engine.drop("key_busy")
        return table

    def _keep(self, shared: Ints, folder: Path) -> list[str]:
        if not isinstance(self._engine, RemoteEngine):
            return keep_ties(self._kept, folder, shared)
        self._engine.put("tied_key", pa.table({"share_key": np.unique(shared)}))
        files = self._engine.write("tie", folder)
        self._engine.drop("tied_key")
        return close_ties(files, folder)
