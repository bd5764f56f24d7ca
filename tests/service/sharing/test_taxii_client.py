"""The client reads our server, and servers that do as they like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carried import carried, document, id_of
from stillwatch.core.errors import PeerError
from stillwatch.service.sharing.taxii_client import START, Cursor, TaxiiClient
from stillwatch.service.sharing.taxii_way import Shown, TaxiiReply, TaxiiWay
from taxii_stand import IDENTITY_A, OPEN, RunningStand, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Peer:
    """A server without a network: objects with times of its own making, and ways of its own."""

    def __init__(self, **ways: Any) -> None:
        self.objects: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []
        self.ways = ways

    def ask(self, method: str, url: str, body: bytes | None = None) -> TaxiiReply:
        del method, body
        from urllib.parse import parse_qs, urlsplit

        self.asked.append(urlsplit(url).query)
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        found = [one for one in self.objects if one[0] > query.get("added_after", "")]
        start = int(query.get("next", "0"))
        if start and self.ways.get("forgets_next"):
            return TaxiiReply(400, {}, {"title": "unknown next"})
        page = found[start : start + int(query["limit"])]
        headers = {}
        if page and not self.ways.get("tells_no_times"):
            headers = {"x-taxii-date-added-first": page[0][0], "x-taxii-date-added-last": page[-1][0]}
        headers["date"] = "Sun, 22 Nov 2026 12:00:00 GMT"
        document_: dict[str, Any] = {"more": False, "objects": [one for _, one in page]} if page else {}
        if start + len(page) < len(found):
            document_["more"] = True
            if not self.ways.get("has_no_next"):
                document_["next"] = str(start + len(page))
        return TaxiiReply(200, headers, document_)


def drained(client: TaxiiClient, cursor: Cursor = START, limit: int = 2) -> tuple[list[str], Cursor]:
    found: list[str] = []
    has_more = True
    while has_more:
        page = client.objects("https://x/c", cursor, limit=limit)
        found += [one["id"] for one in page.objects]
        cursor, has_more = page.cursor, page.has_more
    return found, cursor


def at(second: int) -> str:
    return f"2026-11-22T00:00:{second:02d}.000000Z"


@pytest.mark.parametrize("ways", [{}, {"has_no_next": True}, {"forgets_next": True}, {"tells_no_times": True}], ids=str)
def test_everything_comes_whatever_the_server_is_like(ways: dict[str, Any]) -> None:
    peer = Peer(**ways)
    peer.objects = [(at(number), document(letter)) for number, letter in enumerate("abcde")]
    found, cursor = drained(TaxiiClient(peer))
    assert found == [id_of(letter) for letter in "abcde"]
    again, cursor = drained(TaxiiClient(peer), cursor)
    assert set(again) <= set(found)
    peer.objects.append(("2026-11-22T23:00:00.000000Z", document("f")))
    assert id_of("f") in drained(TaxiiClient(peer), cursor)[0]


def test_an_object_that_was_added_at_the_same_time_as_the_last_is_not_missed() -> None:
    peer = Peer()
    peer.objects = [(at(1), document("a")), (at(2), document("b"))]
    _, cursor = drained(TaxiiClient(peer))
    peer.objects.append((at(2), document("c")))
    assert drained(TaxiiClient(peer), cursor)[0] == [id_of("c")]


def test_a_time_that_goes_through_several_pages_ends() -> None:
    peer = Peer()
    peer.objects = [(at(1), document("x")), *((at(2), document(letter)) for letter in "abcde")]
    found, cursor = drained(TaxiiClient(peer))
    assert len(found) == 6
    assert drained(TaxiiClient(peer), cursor)[0] == []
    peer.objects.append((at(2), document("f")))
    assert drained(TaxiiClient(peer), cursor)[0] == [id_of("f")]


def test_nothing_new_is_an_empty_page() -> None:
    peer = Peer()
    peer.objects = [(at(1), document("a")), (at(2), document("b"))]
    _, cursor = drained(TaxiiClient(peer))
    for _ in range(2):
        found, cursor = drained(TaxiiClient(peer), cursor)
        assert found == []


def test_while_paging_the_question_stays_the_same() -> None:
    peer = Peer()
    peer.objects = [(at(number), document(letter)) for number, letter in enumerate("abc")]
    drained(TaxiiClient(peer))
    assert peer.asked == ["limit=2", "limit=2&next=2"]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (TaxiiReply(401, {}, {"title": "Unauthorized"}), "answers 401: Unauthorized .*credentials"),
        (TaxiiReply(429, {"retry-after": "7"}, {}), r"answers 429 \(wait 7 s\)"),
        (TaxiiReply(500, {}, None), "answers 500"),
        (TaxiiReply(200, {}, []), "no resource of TAXII"),
        (TaxiiReply(200, {}, {"objects": 5}), "no list"),
    ],
)
def test_what_a_server_refuses_is_said(reply: TaxiiReply, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer()
    monkeypatch.setattr(peer, "ask", lambda *_: reply)
    with pytest.raises(PeerError, match=says):
        TaxiiClient(peer).objects("https://x/c", START)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[RunningStand]:
    with RunningStand(tmp_path) as one:
        yield one


@pytest.fixture
def client(stand: RunningStand) -> Iterator[TaxiiClient]:
    way = TaxiiWay(stand.url, Shown(secret="secret-a"))
    yield TaxiiClient(way)
    way.close()


def test_our_own_server_is_read_and_written(stand: RunningStand, client: TaxiiClient) -> None:
    (found, *_) = client.collections(stand.url + "/taxii2/")
    assert (found.id, found.can_read, found.can_write) == (OPEN, True, True)
    assert client.collections(found.url) == [found]
    assert client.collections(stand.url + "/intel/")[0] == found
    sent = [carried(letter, created_by_ref=IDENTITY_A).data for letter in "abc"]
    status = client.add(found.url, sent)
    assert status["success_count"] == 3
    assert client.status(stand.url + "/intel/", status["id"]) == status
    first = client.objects(found.url, START, limit=2)
    assert ([one["id"] for one in first.objects], first.has_more) == ([id_of("a"), id_of("b")], True)
    second = client.objects(found.url, first.cursor, limit=2)
    assert ([one["id"] for one in second.objects], second.has_more) == ([id_of("c")], False)
    assert client.objects(found.url, second.cursor).objects == ()
    assert client.objects(found.url, START, types=["campaign"]).objects == ()


def test_rights_are_those_of_the_secret(stand: RunningStand) -> None:
    way = TaxiiWay(stand.url, Shown(secret="reading-a"))
    with pytest.raises(PeerError, match="answers 403"):
        TaxiiClient(way).add(stand.url + path_of(OPEN, ""), [carried("a").data])
    way.close()
