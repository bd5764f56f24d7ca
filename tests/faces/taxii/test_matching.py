"""Private matching over HTTP: who may ask, what, and what is said where it is refused."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from stillwatch.faces.taxii.matching import Matching
from stillwatch.intel.oprf import Answer, blind, finalise
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.sharing.match_epochs import Opening, open_epoch, open_matching
from stillwatch.service.sharing.match_holder import MOST_ELEMENTS, MatchHolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.intel.match_epoch import Epoch

_GROUP = load_ristretto()
_KIND = {"content-type": "application/octet-stream"}


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Desk:
    def __init__(self, folder: Path) -> None:
        self.connection = open_matching(folder / "match.db")
        self.now = 10.0
        asked = Opening(name="2026-w48", begins_at=0.0, ends_at=1000.0, quota=10)
        self.epoch: Epoch = open_epoch(self.connection, _GROUP, asked, by="Ada", at=0.0)
        holder = MatchHolder(self.connection, _GROUP, clock=lambda: self.now)
        self.app = Matching(holder, who={"good": "lab-a", "other": "lab-b"}.get)
        self.path = f"/matching/{self.epoch.id}/evaluate"

    def ask(self, method: str, path: str, *chunks: bytes, member: str = "good", **headers: str) -> Said:
        return asyncio.run(asked(self.app, method, path, chunks, {"authorization": f"Bearer {member}", **headers}))


async def asked(app: Any, method: str, path: str, chunks: tuple[bytes, ...], headers: dict[str, str]) -> Said:
    parts = list(chunks) or [b""]
    messages = [
        {"type": "http.request", "body": part, "more_body": place < len(parts) - 1} for place, part in enumerate(parts)
    ]
    sent: list[Any] = []
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": listed}

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, body = sent
    return Said(start["status"], {one.decode(): of.decode() for one, of in start["headers"]}, body["body"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.connection.close()


def test_a_member_sees_the_epochs_and_gets_tokens(desk: Desk) -> None:
    listed = json.loads(desk.ask("GET", "/matching/epochs").body)["epochs"]
    assert [(one["id"], one["left"]) for one in listed] == [(desk.epoch.id, 10)]
    blinded = blind(_GROUP, [b"mail", b"phone"])
    said = desk.ask("POST", desk.path, *blinded.elements, **_KIND)
    assert (said.status, said.headers["x-stillwatch-left"], len(said.body)) == (200, "8", 2 * 32 + 64)
    answer = Answer([said.body[:32], said.body[32:64]], said.body[64:])
    assert len(finalise(_GROUP, blinded, [(desk.epoch.holders[0].public, answer)])) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer bad"},
        {"authorization": "Basic good"},
        {"authorization": ""},
        {"authorization": "good"},
    ],
)
def test_who_is_no_member_learns_nothing(headers: dict[str, str], desk: Desk) -> None:
    for method, path in (("GET", "/matching/epochs"), ("POST", desk.path), ("GET", "/x")):
        said = desk.ask(method, path, _GROUP.base, **headers)
        assert (said.status, said.headers["www-authenticate"]) == (401, 'Bearer realm="matching"')


def test_beyond_the_quota_it_is_refused_with_the_time_to_wait(desk: Desk) -> None:
    assert desk.ask("POST", desk.path, _GROUP.base * 10, **_KIND).status == 200
    said = desk.ask("POST", desk.path, _GROUP.base, **_KIND)
    assert (said.status, said.headers["retry-after"], said.headers["x-stillwatch-left"]) == (429, "990", "0")
    assert "quota" in json.loads(said.body)["error"]
    assert desk.ask("POST", desk.path, _GROUP.base, member="other", **_KIND).status == 200


@pytest.mark.parametrize(
    ("chunks", "headers", "status"),
    [
        ((b"",), _KIND, 400),
        ((b"x" * 33,), _KIND, 400),
        ((bytes(32),), _KIND, 422),
        ((b"\xff" * 32,), _KIND, 422),
        ((b"x" * 32,), {"content-type": "application/json"}, 415),
        ((b"x" * 32,), {**_KIND, "content-length": "99999999999"}, 413),
        ((b"x" * 32,), {**_KIND, "content-length": "-1"}, 413),
        ((b"x" * 32 * MOST_ELEMENTS, b"x" * 32, b"x" * 10**6), _KIND, 413),
    ],
)
def test_what_cannot_be_answered_is_refused(
    chunks: tuple[bytes, ...], headers: dict[str, str], status: int, desk: Desk
) -> None:
    assert desk.ask("POST", desk.path, *chunks, **headers).status == status


def test_other_epochs_and_paths_are_not_there(desk: Desk) -> None:
    assert desk.ask("POST", "/matching/2026-w01.00/evaluate", _GROUP.base, **_KIND).status == 404
    for method, path in (("DELETE", desk.path), ("GET", "/matching"), ("GET", "/taxii2/"), ("POST", "/matching/a/b/c")):
        assert desk.ask(method, path, **_KIND).status == 404
    desk.now = 1000.0
    assert desk.ask("POST", desk.path, _GROUP.base, **_KIND).status == 410


def test_a_client_that_goes_away_is_not_answered(desk: Desk) -> None:
    sent: list[Any] = []

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", b"Bearer good"), (b"content-type", b"application/octet-stream")]
    scope = {"type": "http", "method": "POST", "path": desk.path, "headers": headers}
    asyncio.run(desk.app(scope, gone, send))
    asyncio.run(desk.app({"type": "websocket"}, gone, send))
    assert sent == []
