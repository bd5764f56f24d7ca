"""ClickHouse's own engine for the tests: chDB answers, in a process of its own, behind ClickHouse's HTTP interface.

The interface is ours, as clickhouse.com/docs/interfaces/http says: no package on PyPI has the server itself. What
is asked of it, its Arrow streams and its errors are the engine's.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYTHON = Path(sys.prefix) / "clickhouse" / "bin" / "python"
_SERVER = Path(__file__).parent / "logs" / "databases" / "foreign" / "serve_clickhouse.py"


def why_missing() -> str:
    """What is needed and not there; "" where all is."""
    return "" if _PYTHON.exists() else "chDB is not installed: `make .venv/.clickhouse`"


@contextmanager
def clickhouse_engine(folder: Path) -> Iterator[str]:
    """A server for the user `reader` with the password `hunter2`; gives its address."""
    with subprocess.Popen([_PYTHON, _SERVER, folder], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ours
        try:
            assert process.stdout is not None
            yield f"clickhouse+http://reader@127.0.0.1:{int(process.stdout.readline())}/gateway"
        finally:
            process.terminate()
