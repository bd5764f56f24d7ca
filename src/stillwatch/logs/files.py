"""The files that the operator means: names, folders, patterns."""

from __future__ import annotations

import glob
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NO_LOGS: Final = frozenset(
    (
        *(".md", ".rst", ".html", ".htm", ".css", ".js", ".ts", ".py", ".pyc", ".ipynb", ".sh", ".sql", ".c", ".h"),
        *(".so", ".dll", ".exe", ".whl", ".jar", ".class", ".o", ".a"),
        *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".pdf", ".docx", ".xlsx", ".mp3", ".mp4", ".wav"),
        *(".zip", ".tar", ".tgz", ".7z", ".rar", ".xz", ".bz2"),
        *(".pkl", ".pickle", ".npy", ".npz", ".pt", ".pth", ".safetensors", ".gguf", ".onnx"),
        *(".db", ".sqlite", ".sqlite3", ".duckdb", ".wal", ".parquet_metadata"),
        *(".toml", ".yaml", ".yml", ".ini", ".cfg", ".conf", ".env", ".lock", ".pem", ".key", ".crt", ".sig", ".asc"),
        *(".crc", ".sha256", ".md5", ".tmp", ".part", ".swp", ".bak", ".pid"),
    )
)
"""Endings that no log has; they are passed over in folders, never when named."""


def expand(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Every file that the names, folders (with all below) and patterns mean, once each, sorted within each of them.

    In folders, hidden files and what is clearly no log are passed over.

    Raises:
        InputError: A name means no file.
    """
    found: dict[Path, Path] = {}
    for pattern in patterns:
        files = sorted(_files_of(pattern))
        if not files:
            mend = "check the path; quote patterns, such as 'logs/**/*.jsonl'"
            raise InputError("no log file found", where=pattern, mend=mend)
        for file in files:
            found.setdefault(file.resolve(), file)
    return tuple(found.values())


def is_no_log(name: str) -> bool:
    """Whether a file of this name is clearly no log."""
    return PurePath(name).suffix.lower() in _NO_LOGS


def _files_of(pattern: str) -> Iterator[Path]:
    path = Path(pattern).expanduser()
    if path.is_dir():
        yield from _files_below(path)
    elif path.exists():
        if not path.is_file():
            raise InputError("this is no regular file", where=pattern, mend="write the stream to a file first")
        yield path
    else:
        for match in glob.glob(str(path), recursive=True):  # noqa: PTH207 - Path.glob takes no absolute patterns
            matched = Path(match)
            if matched.is_dir() and not pattern.rstrip("/").endswith("**"):
                yield from _files_below(matched)
            elif matched.is_file():
                yield matched


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith((".", "_")) and not is_no_log(name) and path.is_file():
                yield path
