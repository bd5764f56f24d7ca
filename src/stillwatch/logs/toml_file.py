"""A TOML file that a person wrote, read such that each error names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.toml_text import TomlText

if TYPE_CHECKING:
    from pathlib import Path


def load_toml(path: Path) -> TomlText:
    """Read and parse a file.

    Raises:
        InputError: It cannot be read, or is no UTF-8 or no TOML.
    """
    try:
        return TomlText.of(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        mend = "check that the file exists and may be read"
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend=mend) from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", where=str(path), mend="save the file as UTF-8") from error
