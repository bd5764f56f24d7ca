"""Asking a holder over HTTP, and what is said where it does not answer well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from match_server import served
from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.faces.taxii.matching import Matching
from stillwatch.intel.match_epoch import Holder
from stillwatch.intel.oprf import blind, finalise
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.sharing.ask_holder import HolderLine
from stillwatch.service.sharing.match_epochs import Opening, open_epoch, open_matching
from stillwatch.service.sharing.match_holder import MatchHolder

if TYPE_CHECKING:
    from pathlib import Path

_GROUP = load_ristretto()


def test_a_holder_answers_and_refuses_beyond_the_quota(tmp_path: Path) -> None:
    connection = open_matching(tmp_path / "match.db")
    asked = Opening(name="2026-w48", begins_at=0.0, ends_at=1000.0, quota=3)
    epoch = open_epoch(connection, _GROUP, asked, by="Ada", at=0.0)
    app = Matching(MatchHolder(connection, _GROUP, clock=lambda: 10.0), who={"good": "lab-a"}.get)
    with served(app) as address:
        holder = replace(epoch.holders[0], url=f"{address}/matching/")
        blinded = blind(_GROUP, [b"mail", b"phone"])
        answer = HolderLine("good")(holder, epoch.id, blinded.elements)
        assert len(finalise(_GROUP, blinded, [(holder.public, answer)])) == 2
        for token, name, says in (
            ("good", epoch.id, "refuses: 429 this is more than what is left"),
            ("bad", epoch.id, "refuses: 401 show the token"),
            ("good", "2026-w01.00", "refuses: 404 there is no such epoch"),
        ):
            with pytest.raises(PeerError, match=says):
                HolderLine(token)(holder, name, blinded.elements)
    with pytest.raises(PeerError, match="does not answer"):
        HolderLine("good", timeout_s=5.0)(holder, epoch.id, blinded.elements)
    connection.close()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"x" * 95, "of another length"),
        (200, b"x" * 97, "of another length"),
        (302, b"", "refuses: 302 Found"),
        (500, b"[]", "refuses: 500 Internal Server Error"),
        (500, b'{"error": "no"}', "refuses: 500 no"),
    ],
)
def test_what_is_no_answer_is_refused(status: int, body: bytes, says: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        headers = [(b"content-length", b"%d" % len(body)), (b"location", b"http://127.0.0.1:1/")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with served(app) as address, pytest.raises(PeerError, match=says):
        HolderLine("good")(Holder(public=bytes(32), url=address), "e.1", [_GROUP.base])


@pytest.mark.parametrize("url", ["http://hub.example/matching", "ftp://127.0.0.1/", "", "https:///x", "file:///x"])
def test_a_token_goes_over_tls_or_nowhere(url: str) -> None:
    with pytest.raises(SettingsError, match="asked over https"):
        HolderLine("good")(Holder(public=bytes(32), url=url), "e.1", [_GROUP.base])


@pytest.mark.parametrize("token", ["", "a\nb", "ä"])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    with pytest.raises(SettingsError, match="no token"):
        HolderLine(token)
