"""One process that serves TAXII: opens the store, listens, answers until it is told to stop, and lets what is under way
end.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from stillwatch.core.errors import SettingsError
from stillwatch.faces.taxii.tls_protocol import TlsProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.service.sharing.taxii_settings import TaxiiLimits, TaxiiListen

_IDLE_S: Final = 30


async def taxii_process(app: Any, listen: TaxiiListen, limits: TaxiiLimits, say: Callable[[str], None]) -> None:
    """Serve an ASGI application until SIGTERM or SIGINT.

    Raises:
        SettingsError: The address cannot be listened on, or the certificate cannot be read.
    """
    _check_files(listen)
    bound = _bound(listen.address)
    config = uvicorn.Config(
        app,
        http=TlsProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=int(listen.drain_s),
        ssl_certfile=listen.certificate or None,
        ssl_keyfile=listen.key or None,
        ssl_ca_certs=listen.client_authority or None,
        ssl_cert_reqs=ssl.CERT_OPTIONAL if listen.client_authority else ssl.CERT_NONE,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        bound.close()
        mend = "name a certificate and its key, both PEM"
        raise SettingsError(f"TLS cannot be set up: {error}", where=listen.certificate, mend=mend) from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    server = _Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    scheme = "https" if listen.certificate else "http"
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    say(f"listening on {scheme}://{shown}:{port}/taxii2/")
    await server.serve(sockets=[bound])
    say("stopped")


def _check_files(listen: TaxiiListen) -> None:
    for name in (listen.certificate, listen.key, listen.client_authority):
        if name and not Path(name).is_file():
            raise SettingsError("there is no such file", where=name, mend="name the PEM file")


class _Server(uvicorn.Server):
    def stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: the loop hears them, and no handler is left behind."""
        yield


def _bound(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    try:
        family = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0][0]
        made = socket.create_server((host, int(port)), family=family, backlog=1024)
    except OSError as error:
        mend = "stop what listens there, or choose another address"
        raise SettingsError(f"cannot listen: {error.strerror}", where=address, mend=mend) from error
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else an answer waits 40 ms for the client's word
    return made
