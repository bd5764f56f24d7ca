"""Load what a command needs when it runs, not when its help is shown: the detectors take seconds to load.

>>> dumps = later("json", "dumps")
>>> dumps([1])
'[1]'
"""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable


def later(module: str, name: str, *, extra: str = "") -> Callable[..., Any]:
    """A function that loads its module when it is first called; `extra`: what has to be installed for it.

    Args:
        module: Where it is.
        name: Of a function or a class, or a class and its method with a dot between.
        extra: Of the distribution.
    """

    def load_and_call(*arguments: Any, **options: Any) -> Any:
        try:
            loaded = import_module(module)
        except ModuleNotFoundError as error:
            if not extra:
                raise
            raise SettingsError(f"{error.name} is missing", mend=f"pip install 'stillwatch[{extra}]'") from error
        return attrgetter(name)(loaded)(*arguments, **options)

    return load_and_call
