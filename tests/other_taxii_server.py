"""A TAXII server that others wrote, in an environment of its own, run by its Python: other_taxii_server.py NAME FOLDER.

Imported by tests it starts that process; run as a program it is the process, and prints its address when it listens.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Self

PYTHON = Path(sys.prefix) / "taxii" / "bin" / "python"
"""Made by `make`, from tests/faces/taxii/foreign/servers.txt."""
NAMES = ("medallion", "OpenTAXII")
USER, PASSWORD = "admin", "Password0"
COLLECTION = "365fed99-08fa-4dcd-a1b3-fb247eb41d01"


class OtherTaxiiServer:
    """With one root and in it one collection, which is empty and may be written by its user."""

    def __init__(self, name: str, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own file
            [PYTHON, __file__, name, str(folder)],
            stdout=subprocess.PIPE,
            stderr=(folder / "log").open("wb"),
            text=True,
        )
        self.root = (self._process.stdout.readline() if self._process.stdout else "").strip()
        assert self.root, (folder / "log").read_text("utf-8")

    @property
    def process(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def _medallion(folder: Path, port: int) -> tuple[object, str]:
    from medallion import application_instance, register_blueprints, set_config

    root = {
        "information": {
            "title": "root",
            "versions": ["application/taxii+json;version=2.1"],
            "max_content_length": 100_000_000,
        },
        "status": [],
        "collections": [
            {
                "id": COLLECTION,
                "title": "c",
                "can_read": True,
                "can_write": True,
                "media_types": ["application/stix+json;version=2.1"],
                "objects": [],
                "manifest": [],
            }
        ],
    }
    url = f"http://127.0.0.1:{port}/root/"
    data = {"/discovery": {"title": "other", "default": url, "api_roots": [url]}, "root": root}
    (folder / "data.json").write_text(json.dumps(data), "utf-8")
    settings = {
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(folder / "data.json"),
        },
        "users": {USER: PASSWORD},
        "taxii": {"max_page_size": 10_000},
    }
    for name in settings:
        set_config(application_instance, name, settings)
    register_blueprints(application_instance)
    return application_instance, url


def _opentaxii(folder: Path, port: int) -> tuple[object, str]:
    import os

    def database(name: str) -> dict[str, object]:
        return {"db_connection": f"sqlite:///{folder / name}", "create_tables": True}

    settings = {
        "domain": f"127.0.0.1:{port}",
        "auth_api": {
            "class": "opentaxii.auth.sqldb.SQLDatabaseAPI",
            "parameters": {**database("auth.db"), "secret": "x", "token_ttl_secs": 3600},
        },
        "taxii1": None,
        "taxii2": {
            "title": "other",
            "contact": "c",
            "max_content_length": 100_000_000,
            "public_discovery": True,
            "persistence_api": {
                "class": "opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI",
                "parameters": database("data.db"),
            },
        },
        "logging": {"opentaxii": "error", "root": "error"},
    }
    (folder / "settings.yml").write_text(json.dumps(settings), "utf-8")
    os.environ["OPENTAXII_CONFIG"] = str(folder / "settings.yml")
    from opentaxii.http import app

    # Its ids are UUIDs, which the JSON of Python does not write by itself.
    json.JSONEncoder.default = lambda _, one: str(one)
    with app.app_context():
        app.taxii_server.auth.api.create_account(USER, PASSWORD, is_admin=True)
        api = app.taxii_server.servers.taxii2.persistence.api
        root = api.add_api_root(title="root", description=None, default=True)
        api.add_collection(
            api_root_id=root.id, title="c", description=None, alias=None, is_public=False, is_public_write=False
        )
    return app, f"http://127.0.0.1:{port}/taxii2/{root.id}/"


def _main(name: str, folder: str) -> None:
    import socket

    from werkzeug.serving import make_server

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    app, root = (_medallion if name == "medallion" else _opentaxii)(Path(folder), port)
    server = make_server("127.0.0.1", port, app, threaded=True)
    print(root, flush=True)  # noqa: T201  # to whoever started it
    server.serve_forever()


if __name__ == "__main__":
    _main(*sys.argv[1:])
