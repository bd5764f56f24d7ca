"""Walk a shelf: a package in which each file declares one thing under one name.

>>> walk_shelf("stillwatch.logs.formats", "FORMAT", Format)  # doctest: +SKIP

A file that cannot load, or that lacks its declaration, stops the program: a signal or a format that silently vanished
would make a log look clean.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, TypeVar

from stillwatch.core.errors import DefinitionError

if TYPE_CHECKING:
    from types import ModuleType

_Declared = TypeVar("_Declared")


def walk_shelf(package_name: str, attribute: str, declared: type[_Declared]) -> tuple[_Declared, ...]:
    """Every declaration of the shelf, by file name; files whose name starts with an underscore are not on it.

    Raises:
        DefinitionError: A file cannot load, lacks `attribute`, holds something else there, or names it unlike the file.
    """
    package = _load(package_name)
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))
    return tuple(_declaration(f"{package_name}.{name}", attribute, declared) for name in names)


def _declaration(module_name: str, attribute: str, declared: type[_Declared]) -> _Declared:
    value = getattr(_load(module_name), attribute, None)
    if not isinstance(value, declared):
        raise DefinitionError(
            f"the file declares no {declared.__name__}", where=module_name, mend=f"define {attribute} in it"
        )
    file_name = module_name.rpartition(".")[2]
    if getattr(value, "name", file_name) != file_name:
        raise DefinitionError(
            f"{attribute}.name differs from the file name", where=module_name, mend=f"name it {file_name!r}"
        )
    return value


def _load(module_name: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except Exception as error:  # whatever a shelf file raises while loading is its author's to mend
        raise DefinitionError(
            f"the file cannot load: {type(error).__name__}: {error}", where=module_name, mend="mend or remove it"
        ) from error
