"""A log that workers on other machines read, as whoever numbers its blocks knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class LogFile(NamedTuple):
    name: str
    """What the store knows it by: an absolute path, a URL, or the name of a table."""
    size_bytes: int
    path: Path | None
    """Where the driver and every worker reach it; None = nobody does but Spark, by the name."""
    stamp: str = ""
    """As `StoredInput.stamp`."""

    @classmethod
    def at(cls, path: Path) -> LogFile:
        """The file at a path that all workers have."""
        path = path.absolute()
        return cls(str(path), path.stat().st_size, path)

    @property
    def log_name(self) -> str:
        """What rejects and errors must call it; "" where its path says that."""
        return "" if self.path is not None and str(self.path) == self.name else self.name
