"""Load what a command needs when it runs, not when its help is shown: the detectors take seconds to load.

>>> dumps = later("json", "dumps")
>>> dumps([1])
'[1]'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def later(module: str, name: str) -> Callable[..., Any]:
    """A function that loads its module when it is first called."""

    def load_and_call(*arguments: Any, **options: Any) -> Any:
        return getattr(import_module(module), name)(*arguments, **options)

    return load_and_call
