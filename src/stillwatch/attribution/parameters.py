"""Parameters of a scheme, completed and checked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.toml_text import suggestion

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Parameters


def completed(given: Parameters, defaults: Parameters, where: str) -> Parameters:
    """Every parameter, in the order of the defaults.

    Raises:
        InputError: One is unknown, or of another type than its default.
    """
    for name, value in given.items():
        if name not in defaults:
            raise InputError(f"unknown parameter {name!r}", where=where, mend=suggestion(name, list(defaults)))
        wanted = type(defaults[name])
        if isinstance(value, bool) or not isinstance(value, (int, float) if wanted is float else wanted):
            raise InputError(f"{name} is no {wanted.__name__}", where=where, mend=f"as in {name} = {defaults[name]!r}")
    return {name: type(default)(given.get(name, default)) for name, default in defaults.items()}


def whole(parameters: Parameters, name: str, *, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises:
        InputError: It is outside.
    """
    value = parameters[name]
    if not isinstance(value, int) or not least <= value <= most:
        raise InputError(f"{name} is {value}", mend=f"it lies between {least} and {most}")
    return value


def share(parameters: Parameters, name: str) -> float:
    """A share strictly between 0 and 1.

    Raises:
        InputError: It is outside.
    """
    value = float(parameters[name])
    if not 0.0 < value < 1.0:
        raise InputError(f"{name} is {value}", mend="it lies strictly between 0 and 1")
    return value


def one_of(parameters: Parameters, name: str, values: tuple[str, ...]) -> str:
    """One of some words.

    Raises:
        InputError: It is another.
    """
    value = str(parameters[name])
    if value not in values:
        raise InputError(f"{name} is {value!r}", mend=f"it is one of {', '.join(values)}")
    return value


def read_settings(text: str) -> dict[str, int | float | str]:
    """`a=1,b=0.5,c=x`, each as a whole number, a number or a text."""
    found: dict[str, int | float | str] = {}
    for one in filter(None, text.split(",")):
        name, is_set, value = one.partition("=")
        if not is_set:
            raise InputError(f"{one!r} is no setting", mend="write name=value, as in context_width=2")
        found[name] = _value(value)
    return found


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
