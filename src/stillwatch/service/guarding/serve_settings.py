"""What `stillwatch serve` is told: the guard's own settings, and beside them where to listen and what that may cost.

>>> from pathlib import Path
>>> text = '''
... policy = "policy.toml"
... [listen]
... address = "127.0.0.1:8088"
... socket = "guard.sock"
... '''
>>> settings = read_serve_settings(text, Path("/etc/stillwatch/serve.toml"))
>>> settings.guard.policy, settings.listen.port, settings.listen.socket
(PosixPath('/etc/stillwatch/policy.toml'), 8088, PosixPath('/etc/stillwatch/guard.sock'))

One TOML file; paths are relative to its folder, and each error names the line and the mend. Without a file the defaults
serve: a policy in shadow mode that only watches, and the folder in which `stillwatch watch` publishes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.server_limits import ServerLimits
from stillwatch.core.toml_text import TomlText
from stillwatch.service.guarding.guard_settings import GuardSettings, read_guard_settings
from stillwatch.service.toml_table import TomlTable

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLES: Final = ("listen", "limits", "proxy", "valkey", "plug_in")
_LAST_PORT: Final = 65_535
_PUBLISHED_IN: Final = "stillwatch-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenSettings:
    """Where to be asked."""

    host: str = "127.0.0.1"
    port: int = 8088
    """0 = nowhere on TCP."""
    socket: Path | None = None
    """Path of a Unix socket."""
    socket_mode: int = 0o660
    ext_proc: str = ""
    """Host and port for Envoy's external processing over gRPC; empty = nowhere."""
    shares_port: bool = False
    """With other guards on this machine (SO_REUSEPORT), each a process of its own; they need `[valkey]`."""
    drain_s: float = 10.0
    """How long what is under way may take after SIGTERM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """Where to stand before an engine that has no gateway; see `faces.gateway.proxy`."""

    engine: str = ""
    """Address of the engine, such as `http://127.0.0.1:11434`; empty = no proxy."""
    host: str = "127.0.0.1"
    port: int = 8080
    body_bytes: int = 64 * 1024 * 1024
    """Of a request that is read to be decided on; images travel inside."""
    head_s: float = 10.0
    body_s: float = 120.0
    """For a client to send a request's head, and its body."""
    engine_s: float = 900.0
    """Without a byte from the engine: long prompts are read, and much is thought, before the first one."""
    connections: int = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class ValkeySettings:
    """Where several guards share budgets, and get standings from; see `service.guard_sync.SyncSettings`."""

    url: str = ""
    """Empty = nowhere: this guard is alone."""
    prefix: str = "stillwatch"
    interval_s: float = 0.1
    timeout_s: float = 1.0
    takes_standings: bool = False
    """Put standings that are announced there into the file that `standings` names, of several the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlugInSettings:
    """What a guard inside of a foreign process does beside deciding; `[listen]` is for servers alone, this is not."""

    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    """Where its metrics are served, or at the next free port after it; 0 = nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    guard: GuardSettings
    listen: ListenSettings = field(default_factory=ListenSettings)
    limits: ServerLimits = field(default_factory=ServerLimits)
    proxy: ProxySettings = field(default_factory=ProxySettings)
    valkey: ValkeySettings = field(default_factory=ValkeySettings)
    plug_in: PlugInSettings = field(default_factory=PlugInSettings)


def default_settings(folder: Path) -> ServeSettings:
    """Those of `stillwatch serve` alone, in the folder that it was started in."""
    published = folder / _PUBLISHED_IN
    guard = GuardSettings(
        policy=Path(str(files("stillwatch.service.guarding").joinpath("default_policy.toml"))),
        standings=(published / "standings.bin",),
        state=published / "guard.db",
        decisions=published / "decisions",
    )
    return ServeSettings(guard=guard)


def read_serve_settings(text: str, path: Path) -> ServeSettings:
    """Read settings; `path` is where the text stands.

    Raises:
        InputError: It is no TOML.
        SettingsError: A field is unknown, missing or of the wrong kind; names the line.
    """
    read = TomlText.of(text, str(path))
    tables = {name: TomlTable.of(read, name) for name in _TABLES}
    settings = ServeSettings(
        guard=read_guard_settings(text, path, more=_TABLES),
        listen=_listen(tables["listen"], path.parent),
        limits=ServerLimits(**tables["limits"].like(ServerLimits())),
        proxy=_proxy(tables["proxy"]),
        valkey=ValkeySettings(**tables["valkey"].like(ValkeySettings())),
        plug_in=_plug_in(tables["plug_in"]),
    )
    _refuse_contradictions(settings, tables)
    return settings


def _listen(table: TomlTable, folder: Path) -> ListenSettings:
    given = table.like(
        {
            "address": "127.0.0.1:8088",
            "socket": "",
            "socket_mode": "0660",
            "ext_proc": "",
            "shares_port": False,
            "drain_s": 10.0,
        }
    )
    address = str(given.get("address", "127.0.0.1:8088"))
    host, port = _host_and_port(table, address) if address else ("", 0)
    mode = str(given.get("socket_mode", "0660"))
    if not mode.isdigit() or not set(mode) <= set("01234567"):
        raise table.error("socket_mode is an octal number", "socket_mode", 'write socket_mode = "0660"')
    socket = str(given.get("socket", ""))
    if not address and not socket:
        raise table.error("nothing is listened to", "address", "give an address, a socket, or both")
    return ListenSettings(
        host=host,
        port=port,
        socket=folder / socket if socket else None,
        socket_mode=int(mode, 8),
        ext_proc=_ext_proc(table, str(given.get("ext_proc", ""))),
        shares_port=bool(given.get("shares_port", False)),
        drain_s=float(given.get("drain_s", 10.0)),
    )


def _proxy(table: TomlTable) -> ProxySettings:
    limits = {one.name: getattr(ProxySettings(), one.name) for one in fields(ProxySettings)[3:]}
    given = table.like(limits | {"engine": "http://127.0.0.1:8000", "address": "127.0.0.1:8080"})
    engine = str(given.pop("engine", ""))
    if table.values and not engine.startswith(("http://", "https://")):
        raise table.error("a proxy needs an engine", "engine", 'write engine = "http://127.0.0.1:8000"')
    host, port = _host_and_port(table, str(given.pop("address", "127.0.0.1:8080")))
    return ProxySettings(engine=engine, host=host, port=port, **given)


def _plug_in(table: TomlTable) -> PlugInSettings:
    if "metrics" not in table.like({"metrics": "127.0.0.1:9464"}):
        return PlugInSettings()
    host, port = _host_and_port(table, str(table.values["metrics"]), "metrics")
    return PlugInSettings(metrics_host=host, metrics_port=port)


def _ext_proc(table: TomlTable, address: str) -> str:
    host, _, port = address.rpartition(":")
    if address and not (host and port.isdigit()):
        raise table.error("ext_proc is host and port", "ext_proc", 'write ext_proc = "127.0.0.1:8090"')
    return address


def _host_and_port(table: TomlTable, address: str, key: str = "address") -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) <= _LAST_PORT:
        raise table.error(f"{key} is host and port", key, f'write {key} = "127.0.0.1:8088"')
    return host.strip("[]"), int(port)


def _refuse_contradictions(settings: ServeSettings, tables: Mapping[str, TomlTable]) -> None:
    valkey = settings.valkey
    if settings.listen.shares_port and not valkey.url:
        what = "guards that share a port would each grant a whole budget"
        raise tables["listen"].error(what, "shares_port", "let them share budgets too: add [valkey] with its url")
    if valkey.takes_standings and (not settings.guard.standings or not valkey.url):
        mend = "name the url, and at the top the file: standings = …"
        raise tables["valkey"].error("standings are taken from nowhere", "takes_standings", mend)
