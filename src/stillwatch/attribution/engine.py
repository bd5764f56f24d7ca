"""How an inference engine is told to mark its answers: one file an engine on the shelf `attribution.engines`.

>>> from stillwatch.attribution.scheme_shelf import open_scheme
>>> scheme = open_scheme("vllm_gumbel", {"context_width": 2})
>>> print(configure("vllm", scheme, bytes(7) + b"*").arguments[-1])
{"algorithm": "gumbel", "key": 42, "context_width": 2, "deduplicate_contexts": "single_turn"}
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.shelf import walk_shelf
from stillwatch.core.toml_text import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.attribution.scheme import Key, Scheme

_PACKAGE: Final = "stillwatch.attribution.engines"


class EngineConfig(NamedTuple):
    """What an engine is started with. It holds the key: keep it where keys are kept."""

    arguments: tuple[str, ...] = ()
    """Of its command line; `{file}` stands for the path of the file."""
    file: dict[str, Any] | None = None
    """A file that it reads, as JSON."""
    code: str = ""
    """Python that makes the engine's own value, where it is not started by a command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    name: str
    """That of the file."""
    title: str
    release: str
    """Whose interface is meant."""
    source: str
    """Where that interface is documented."""
    schemes: tuple[str, ...]
    """Those of the shelf `attribution.schemes` that it draws."""
    configure: Callable[[Scheme, Key], EngineConfig]
    strip: tuple[str, ...]
    """Fields of a request that a gateway must take out, or a client switches the mark off (`strip_sampler`)."""
    unmarked: str
    """Which answers carry no mark."""
    compared: tuple[str, ...]
    """Schemes of them whose draws were compared, bit by bit, with what the engine's own code draws."""


@cache
def engines() -> tuple[Engine, ...]:
    """Every engine on the shelf, by name; a constant of the installed package."""
    return walk_shelf(_PACKAGE, "ENGINE", Engine)


def engine_named(name: str) -> Engine:
    """The engine of a name.

    Raises:
        InputError: There is none.
    """
    known = {engine.name: engine for engine in engines()}
    if name not in known:
        raise InputError(f"unknown engine {name!r}", mend=suggestion(name, list(known)))
    return known[name]


def configure(name: str, scheme: Scheme, key: Key) -> EngineConfig:
    """What to start an engine with.

    Raises:
        InputError: It is unknown, or does not draw this scheme with these parameters.
    """
    engine = engine_named(name)
    if scheme.name not in engine.schemes:
        mend = f"choose one of {', '.join(engine.schemes)}"
        raise InputError(f"{engine.title} does not draw {scheme.name}", mend=mend)
    return engine.configure(scheme, key)
