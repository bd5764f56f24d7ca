"""Answer over HTTP as ClickHouse does, with chDB as the engine: `serve_clickhouse.py FOLDER`; writes its port."""

from __future__ import annotations

import re
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

_USER, _PASSWORD = "reader", "hunter2"  # opens nothing
_REFUSED = "Code: 516. DB::Exception: reader: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    session: Session

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = dict(parse_qsl(urlsplit(self.path).query))
        if (self.headers["X-ClickHouse-User"], self.headers["X-ClickHouse-Key"]) != (_USER, _PASSWORD):
            self._refuse(403, _REFUSED)
            return
        times = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
        try:
            self.session.query(f"USE {asked['database']}")
            found = self.session.query(query, asked["default_format"], params=times).bytes()
        except Exception as error:  # noqa: BLE001  # whatever the engine says is what a client is told
            self._refuse(404 if "UNKNOWN_TABLE" in str(error) else 500, str(error))
            return
        self._head(200, {"X-ClickHouse-Format": asked["default_format"], "Transfer-Encoding": "chunked"})
        for start in range(0, len(found), 1 << 16):
            chunk = found[start : start + (1 << 16)]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None: ...

    def _refuse(self, status: int, said: str) -> None:
        code = re.search(r"Code: (\d+)", said)
        body = f"{said}\n".encode()
        self._head(status, {"X-ClickHouse-Exception-Code": code[1] if code else "1", "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


if __name__ == "__main__":
    Handler.session = Session(f"{sys.argv[1]}/data")
    Handler.session.query("CREATE DATABASE IF NOT EXISTS gateway")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)  # noqa: T201  # for who started it
    server.serve_forever()
