"""Bind what a server listens on before its workers are forked, which inherit it: they share one queue of connections.

>>> from stillwatch.service.guarding.serve_settings import ListenSettings, ProxySettings
>>> bound = bind_sockets(ListenSettings(port=0), ProxySettings())
>>> bound.tcp, bound.at, bound.proxy
((), None, ())

A connection that waits in the queue when a worker dies is taken by another one, and a port is never let go between two
workers.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import SettingsError
from stillwatch.faces.gateway.server import BACKLOG, remove_dead

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.service.guarding.serve_settings import ListenSettings, ProxySettings

_MEND: Final = "stop what listens there, or choose another address"


class Sockets(NamedTuple):
    tcp: tuple[socket.socket, ...]
    at: socket.socket | None
    """A Unix socket."""
    proxy: tuple[socket.socket, ...]


def bind_sockets(listen: ListenSettings, proxy: ProxySettings) -> Sockets:
    """Bind all of them; one of an earlier process that was killed is replaced.

    Raises:
        SettingsError: Another process listens there, or the address cannot be had.
    """
    tcp = _bound(listen.host, listen.port, is_shared=listen.shares_port) if listen.port else ()
    at = _bound_at(listen.socket, listen.socket_mode) if listen.socket is not None else None
    before = _bound(proxy.host, proxy.port, is_shared=listen.shares_port) if proxy.engine else ()
    return Sockets(tcp, at, before)


def _bound(host: str, port: int, *, is_shared: bool) -> tuple[socket.socket, ...]:
    """A socket for each address that the host has."""
    made: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((one[0], one[4]) for one in found):
            made.append(socket.create_server(address, family=family, backlog=BACKLOG, reuse_port=is_shared))
    except OSError as error:
        for one in made:
            one.close()
        raise SettingsError(f"cannot listen: {error.strerror}", where=f"{host}:{port}", mend=_MEND) from error
    return tuple(made)


def _bound_at(path: Path, mode: int) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    try:
        remove_dead(path)
        made.bind(str(path))
        path.chmod(mode)
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        mend = "stop what listens there, or choose another path in a folder that may be written"
        raise SettingsError(f"cannot listen: {error.strerror or error}", where=str(path), mend=mend) from error
    return made
