"""Long work by stages, each kept in a file as soon as it is done, so that what was stopped goes on where it was.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     stages = Stages.open(Path(folder), {"seed": 1})
...     first = stages.arrays("text", lambda: {"rows": np.arange(3)})
...     again = stages.arrays("text", lambda: {})
...     again["rows"].tolist()
[0, 1, 2]
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from stillwatch.core.errors import SettingsError
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Arrays = dict[str, npt.NDArray[Any]]
_SETTINGS: Final = "settings.json"


@dataclass(frozen=True, slots=True)
class Stages:
    folder: Path

    @classmethod
    def open(cls, folder: Path, settings: Mapping[str, Any]) -> Stages:
        """The stages of a folder, which belong to one set of settings.

        Raises:
            SettingsError: Those of other settings lie there.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _SETTINGS
        told = json.dumps(settings, indent=2, sort_keys=True).encode() + b"\n"
        if path.exists() and path.read_bytes() != told:
            mend = "name another folder, or give the settings that it was begun with"
            raise SettingsError("another experiment was begun here", where=str(folder), mend=mend)
        write_whole(path, told)
        return cls(folder)

    def arrays(self, name: str, make: Callable[[], Mapping[str, npt.NDArray[Any]]]) -> Arrays:
        """What a stage made: now, or before this run."""
        path = self.folder / f"{name}.npz"
        if not path.exists():
            held = io.BytesIO()
            np.savez(held, **make())  # type: ignore[arg-type]  # names are ours, and none is `allow_pickle`
            write_whole(path, held.getvalue())
        with np.load(path, allow_pickle=False) as read:
            return dict(read)
