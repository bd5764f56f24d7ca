"""The settings of a guard: which files it decides by, and where requests say who sends them.

>>> from pathlib import Path
>>> read_guard_settings('policy = "policy.toml"', Path("/etc/stillwatch/guard.toml")).policy
PosixPath('/etc/stillwatch/policy.toml')

A file of its own, in TOML. Paths are relative to its folder.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.identity import Identity
from stillwatch.core.toml_text import TomlText, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FILES: Final = ("policy", "state", "decisions", "exchanges", "evidence", "deployed", "served")
_STANDINGS: Final = "standings"
_TRACES: Final = "traces"
_IDENTITY: Final = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSettings:
    policy: Path
    standings: tuple[Path, ...] = ()
    """The tables that detection publishes, and that `stillwatch receive` makes of what peers tell; none = rules can
    look at requests alone.
    """
    state: Path | None = None
    """Where budgets and denials outlive the process, and appeals are answered from; None = nothing does."""
    decisions: Path | None = None
    """Folder of the decision log; None = none is kept."""
    exchanges: Path | None = None
    """Folder of the exchange log, for `stillwatch watch` to follow; None = none. The reverse proxy, ext_proc, the
    ASGI middleware and the callbacks of vLLM's router write it; a gateway that only asks has a log of its own.
    """
    evidence: Path | None = None
    """Folder of the evidence log (`stillwatch log init`) in which denials, policies and appeals are noted, by a process
    beside the guard that reads them from `state`; None = they are not.
    """
    deployed: Path | None = None
    """The register of deployed marks (`deployed.jsonl` of `stillwatch marks`), which says what engines mark with."""
    served: Path | None = None
    """Folder of the register of what was served under which mark, a line for each reply; None = none is kept. The
    points that write the exchange log write it.
    """
    traces: str = ""
    """Address of a collector that decisions are sent to as spans (OTLP/HTTP); empty = none."""
    identity: Identity = field(default_factory=Identity)


def read_guard_settings(text: str, path: Path, *, more: tuple[str, ...] = ()) -> GuardSettings:
    """Read settings; `path` is where the text stands, `more` names what is somebody else's to read in it.

    Raises:
        InputError: It is no TOML.
        SettingsError: A field is unknown, missing or of the wrong kind; names the line.
    """
    read = TomlText.of(text, str(path))
    document = read.document
    known = (*_FILES, _STANDINGS, _TRACES, _IDENTITY, *more)
    for name in document:
        if name not in known:
            raise SettingsError(f"unknown field {name!r}", where=read.at_key(name), mend=suggestion(name, known))
    if "policy" not in document:
        raise SettingsError("a guard needs a policy", where=str(path), mend='add policy = "policy.toml"')
    if "evidence" in document and "state" not in document:
        mend = 'add state = "guard.db"'
        raise SettingsError("what is noted is read from the state", where=read.at_key("evidence"), mend=mend)
    if "served" in document and "deployed" not in document:
        mend = 'add deployed = "marks/deployed.jsonl"'
        raise SettingsError(
            "which mark a reply carries hangs on what is deployed", where=read.at_key("served"), mend=mend
        )
    files = {name: path.parent / _file(document, name, read) for name in _FILES if name in document}
    traces = _file(document, _TRACES, read) if _TRACES in document else ""
    standings = tuple(path.parent / one for one in _tables(document, read))
    return GuardSettings(
        **files, standings=standings, traces=traces, identity=_identity(document.get(_IDENTITY, {}), read)
    )


def _file(document: dict[str, Any], name: str, read: TomlText) -> str:
    found = document[name]
    if not isinstance(found, str) or not found:
        raise SettingsError(f"{name} is a path or an address", where=read.at_key(name), mend=f'write {name} = "…"')
    return found


def _tables(document: dict[str, Any], read: TomlText) -> tuple[str, ...]:
    """Names of the files of standings: one text, or a list of several."""
    found = document.get(_STANDINGS, [])
    names = [found] if isinstance(found, str) else found
    if not isinstance(names, list) or not all(isinstance(one, str) and one for one in names):
        mend = 'write standings = "…", or ["…", "…"]'
        raise SettingsError("standings is a path, or a list of paths", where=read.at_key(_STANDINGS), mend=mend)
    return tuple(names)


def _identity(table: Any, read: TomlText) -> Identity:
    if not isinstance(table, dict):
        raise SettingsError("identity is a table", where=read.at_key(_IDENTITY), mend="write it as [identity]")
    usual = {one.name: getattr(Identity(), one.name) for one in fields(Identity)}
    for name, value in table.items():
        if name not in usual:
            raise SettingsError(f"unknown field {name!r}", where=read.at_key(name), mend=suggestion(name, usual))
        _check(name, value, usual[name], read.at_key)
    return Identity(**{name: _spelled(name, value) for name, value in table.items()})


def _check(name: str, value: Any, usual: Any, at: Callable[[str], str]) -> None:
    if isinstance(usual, str):
        if not isinstance(value, str):
            raise SettingsError(f"{name} is a name", where=at(name), mend=f'write {name} = "…"')
        return
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SettingsError(f"{name} is a list of texts", where=at(name), mend=f'write {name} = ["…"]')
    if name == "trusted_proxies":
        for network in value:
            _check_network(network, at(name))


def _check_network(network: str, where: str) -> None:
    try:
        ipaddress.ip_network(network, strict=False)
    except ValueError as error:
        raise SettingsError(
            f"{network!r} is no network", where=where, mend="write an address or a network such as 10.0.0.0/8"
        ) from error


def _spelled(name: str, value: Any) -> Any:
    """Names of headers are looked up in lower case."""
    lowered = name.endswith(("_header", "_headers"))
    if isinstance(value, str):
        return value.lower() if lowered else value
    return tuple(one.lower() if lowered else one for one in value)
