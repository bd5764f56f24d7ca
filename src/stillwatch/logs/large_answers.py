"""Answers that may have a row for every exchange: from other machines they come as files, not through a message.

    answers = LargeAnswers(engine, folder)
    table = answers.run("similarity", {"least_exchanges": 5})

Spark would hold all of such an answer in the Java machine of its driver, on the way here and on the way back.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stillwatch.logs.engine import RemoteEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from stillwatch.logs.engine import Engine


class LargeAnswers:
    """Asks an engine; `folder` is where other machines write to, and holds nothing but what is asked for."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """The result of the query `name`."""
        if not isinstance(self._engine, RemoteEngine):
            return self._engine.run(name, parameters)
        with self._written(self._engine, name, parameters) as files:
            return pq.read_table(files)

    @contextmanager
    def defined(self, name: str) -> Iterator[pa.Table]:
        """The result of the query `name`, which is a table of the engine under that name meanwhile."""
        engine = self._engine
        with ExitStack() as stack:
            if isinstance(engine, RemoteEngine):
                files = stack.enter_context(self._written(engine, name, None))
                table = pq.read_table(files)
                engine.attach(name, files, table.schema)
            else:
                table = engine.run(name)
                engine.put(name, table)
            stack.callback(engine.drop, name)
            yield table

    @contextmanager
    def _written(self, engine: RemoteEngine, name: str, parameters: Mapping[str, Any] | None) -> Iterator[list[str]]:
        folder = self._folder / name
        try:
            yield engine.write(name, folder, parameters)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
