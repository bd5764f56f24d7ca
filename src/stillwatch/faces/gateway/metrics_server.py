r"""Serve the metrics of a guard that lives in a foreign process: a small HTTP server on a thread of its own.

>>> from urllib.request import urlopen
>>> served = MetricsServer("127.0.0.1", 0, metrics=lambda: "stillwatch_standings_rows 3\n", trouble=tuple)
>>> urlopen(f"http://127.0.0.1:{served.port}/metrics").read()
b'stillwatch_standings_rows 3\n'
>>> served.close()

Of the standard library alone, as nobody knows what the host has installed; it never sees a customer's request. A host
of several worker processes has a guard in each: each takes the next free port, so that all of them can be scraped.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

_PORTS: Final = 64
"""How many are tried, from the one that is named on."""
_SILENT_S: Final = 5.0
"""A client that says nothing for so long is left."""
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


class MetricsServer:
    """Answers `/metrics`, `/livez` and `/readyz`.

    Args:
        host: Address to listen at.
        port: The first that is tried; 0 = the system chooses.
        metrics: In Prometheus' text format.
        trouble: What is amiss, nothing where all is well.

    Raises:
        SettingsError: No port can be had.
    """

    def __init__(
        self, host: str, port: int, *, metrics: Callable[[], str], trouble: Callable[[], tuple[str, ...]]
    ) -> None:
        self._server = _bound(host, port, _handler(metrics, trouble))
        self._thread = threading.Thread(target=self._server.serve_forever, name="stillwatch-metrics", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    allow_reuse_port = False  # the workers of one host must not answer for each other


def _bound(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> _Listener:
    for one in range(port, port + _PORTS if port else 1):
        try:
            return _Listener((host, one), handler)
        except OSError as error:
            last = error
    mend = "choose another address in [plug_in]"
    raise SettingsError(f"metrics cannot be served: {last.strerror}", where=f"{host}:{port}", mend=mend) from last


def _handler(metrics: Callable[[], str], trouble: Callable[[], tuple[str, ...]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SILENT_S

        def do_GET(self) -> None:  # the name is the base class's
            if self.path == "/metrics":
                self._answer(_TEXT, metrics().encode())
            elif self.path == "/livez":
                self._answer(_TEXT, b"live\n")
            elif self.path == "/readyz":
                told = {"ready": True, "because": [], "degraded": trouble()}
                self._answer("application/json", json.dumps(told).encode())
            else:
                self.send_error(404)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
            """Say nothing on the host's standard error."""

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
