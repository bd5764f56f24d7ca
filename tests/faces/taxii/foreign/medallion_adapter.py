"""Lets medallion's tests of its own backends ask our server: a plugin of pytest that takes medallion's place.

`test_backends.py` and its data are read from a checkout; of medallion itself nothing is imported. What the tests call a
backend is our application with a store that holds their data, added at the times that the data states.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace
from typing import Any

from stillwatch.service.sharing.carried_object import carried_object, microseconds_of
from stillwatch.service.sharing.object_store import Status
from stillwatch.service.sharing.taxii_settings import (
    ApiRoot,
    Collection,
    MemberEntry,
    TaxiiLimits,
    TaxiiListen,
    TaxiiSettings,
)
from taxii_stand import TAXII, Stand, sha256

_ROOT = "trustgroup1"
_OBJECT = {
    "type": "course-of-action",
    "spec_version": "2.1",
    "id": "course-of-action--68794cd5-28db-429d-ab1e-1256704ef906",
    "created": "2017-01-27T13:49:53.935Z",
    "modified": "2017-01-27T13:49:53.935Z",
    "name": "Test object",
}
_ADMIN = "Basic " + b64encode(b"admin:Password0").decode()


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--backends", default="memory")


def pytest_configure(config: Any) -> None:
    """Stand in for the packages that the tests import, before they are read."""
    folder = Path(config.args[0]).resolve().parents[1]
    medallion = _module("medallion", __path__=[str(folder)])
    medallion.test = _module("medallion.test", __path__=[str(folder / "test")], **_constants(folder))
    medallion.common = _module(
        "medallion.common",
        get_timestamp=lambda: datetime.now(UTC),
        datetime_to_string_stix=lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
    )
    medallion.exceptions = _module("medallion.exceptions", InitializationError=RuntimeError)
    _module("medallion.backends", __path__=[])
    _module("medallion.backends.base", SECONDS_IN_24_HOURS=86_400)
    _module("medallion.views", MEDIA_TYPE_TAXII_V21=TAXII["accept"])
    data = json.loads((folder / "test" / "data" / "default_data.json").read_text("utf-8"))
    _module("medallion.test.base_test", TaxiiTest=type("TaxiiTest", (_Backend,), {"data": data}))


class _Backend:
    data: Any

    def setUp(self, start_threads: bool = True) -> None:
        del start_threads
        self.headers = {"Accept": TAXII["accept"], "Authorization": _ADMIN}
        self.post_headers = {**self.headers, "Content-Type": TAXII["content-type"]}
        self.TEST_OBJECT = {"objects": [_OBJECT]}
        self._folder = TemporaryDirectory()
        self._stand = Stand(Path(self._folder.name), _settings(self.data))
        self._stand.run(self._fill())
        self._stand.now = datetime.now(UTC).timestamp()
        self.client = SimpleNamespace(**{name: _asker(self._stand, name.upper()) for name in ("get", "post", "delete")})

    def tearDown(self) -> None:
        self._stand.__exit__()
        self._folder.cleanup()

    async def _fill(self) -> None:
        for collection in self.data[_ROOT]["collections"]:
            objects = {(one["id"], one.get("modified", one["created"])): one for one in collection["objects"]}
            for entry in collection["manifest"]:
                self._stand.now = microseconds_of(entry["date_added"]) / 1e6
                one = carried_object(objects[entry["id"], entry["version"]])
                await self._stand.store.append(collection["id"], [one], by="admin")
        for status in self.data[_ROOT]["status"]:
            await self._stand.store.keep_status(Status(status["id"], "admin", 0, json.dumps(status).encode()))


def _settings(data: Any) -> TaxiiSettings:
    root = data[_ROOT]
    collections = root["collections"]
    return TaxiiSettings(
        store="",
        lists_all=True,
        listen=TaxiiListen(public_url="http://localhost:5000"),
        limits=TaxiiLimits(page=20, usual_page=20),
        api_roots=tuple(
            ApiRoot(name=name, title=one["information"]["title"])
            for name, one in data.items()
            if not name.startswith("/")
        ),
        collections=tuple(Collection(id=one["id"], title=one["title"], api_root=_ROOT) for one in collections),
        members=(
            MemberEntry(
                name="admin",
                secrets_sha256=(sha256("Password0"),),
                reads=tuple(one["id"] for one in collections if one["can_read"]),
                writes=tuple(one["id"] for one in collections if one["can_write"]),
            ),
        ),
    )


def _asker(stand: Stand, method: str) -> Any:
    def ask(path: str, *, headers: Any = None, data: str = "", follow_redirects: bool = False) -> Any:
        del follow_redirects
        named = {name.lower(): value for name, value in (headers or {}).items()}
        reply = stand.ask(method, path, data.encode(), secret="", headers=named)
        return SimpleNamespace(
            status_code=reply.status,
            content_type=reply.headers["content-type"],
            headers=_Headers(reply.headers),
            json=reply.json,
        )

    return ask


class _Headers(dict[str, str]):
    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


def _module(name: str, **content: Any) -> ModuleType:
    module = sys.modules[name] = ModuleType(name)
    vars(module).update(content)
    return module


def _constants(folder: Path) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("constants", folder / "test" / "__init__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: value for name, value in vars(module).items() if name.isupper()}
