"""The server's resources, and what it refuses: each request answered as TAXII 2.1 has it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from carried import document, id_of
from stillwatch.core.errors import PeerError
from stillwatch.service.sharing.taxii_settings import ApiRoot, TaxiiLimits
from taxii_stand import IDENTITY_A, IDENTITY_B, OPEN, READ_ONLY, SECRET, WRITE_ONLY, Stand, path_of, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TLP_AMBER_STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with Stand(tmp_path) as one:
        yield one


def own(letter: str, day: int = 1, **more: Any) -> dict[str, Any]:
    return document(letter, day, created_by_ref=IDENTITY_A, **more)


def ids(reply: Any) -> list[str]:
    return [one["id"] for one in reply.json.get("objects", [])]


def test_discovery_names_the_roots(stand: Stand) -> None:
    reply = stand.ask("GET", "/taxii2/")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/taxii+json;version=2.1")
    assert reply.json == {"title": "Stand", "default": "/intel/", "api_roots": ["/intel/"]}


def test_a_root_says_what_it_takes(stand: Stand) -> None:
    assert stand.ask("GET", "/intel/").json == {
        "title": "stillwatch",
        "versions": ["application/taxii+json;version=2.1"],
        "max_content_length": 8 * 1024 * 1024,
    }


def test_a_member_sees_the_collections_that_are_his(stand: Stand) -> None:
    found = stand.ask("GET", "/intel/collections/").json["collections"]
    assert [(one["id"], one["can_read"], one["can_write"]) for one in found] == [
        (OPEN, True, True),
        (READ_ONLY, True, False),
        (WRITE_ONLY, False, True),
    ]
    assert stand.ask("GET", path_of("open", "")).json["id"] == OPEN


def test_a_collection_belongs_to_one_root(tmp_path: Path) -> None:
    with Stand(tmp_path, settings(api_roots=(ApiRoot(), ApiRoot(name="other")))) as stand:
        assert stand.ask("GET", "/other/collections/").json == {}
        assert stand.ask("GET", f"/other/collections/{OPEN}/").status == 404


def test_what_is_added_is_read_and_its_status_is_told(stand: Stand) -> None:
    reply = stand.ask("POST", path_of(OPEN), [own("a"), own("b")])
    assert reply.status == 202
    assert reply.json == {
        "id": "00000000-0000-0000-0000-000000000001",
        "status": "complete",
        "request_timestamp": "2001-09-09T01:46:40.000000Z",
        "total_count": 2,
        "success_count": 2,
        "failure_count": 0,
        "pending_count": 0,
        "successes": [{"id": id_of(letter), "version": "2026-11-01T00:00:00.000Z"} for letter in "ab"],
    }
    status = f"/intel/status/{reply.json['id']}/"
    assert stand.ask("GET", status).json == reply.json
    assert stand.ask("GET", status, secret="secret-b").status == 404
    page = stand.ask("GET", path_of(OPEN))
    assert page.json == {"more": False, "objects": [own("a"), own("b")]}
    assert page.headers["x-taxii-date-added-first"] == "2001-09-09T01:46:40.000000Z"
    assert page.headers["x-taxii-date-added-last"] == "2001-09-09T01:46:40.000001Z"


def test_an_empty_collection_is_an_empty_answer(stand: Stand) -> None:
    for resource in ("objects/", "manifest/"):
        reply = stand.ask("GET", path_of(OPEN, resource))
        assert (reply.status, reply.json) == (200, {})


@pytest.mark.parametrize("resource", ["objects/", "manifest/"])
def test_pages_follow_by_next_alone(resource: str, stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own("a"), own("x", kind="campaign"), own("b"), own("c")])
    first = stand.ask("GET", path_of(OPEN, resource + "?limit=2&match[type]=indicator"))
    assert (ids(first), first.json["more"]) == ([id_of("a"), id_of("b")], True)
    stand.ask("POST", path_of(OPEN), [own("d")])
    second = stand.ask("GET", path_of(OPEN, f"{resource}?next={first.json['next']}"))
    assert (ids(second), second.json["more"], "next" in second.json) == ([id_of("c"), id_of("d")], False, False)


def test_filters_that_change_while_paging_are_refused(stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own("a", 1), own("a", 2), own("a", 3)])
    first = stand.ask("GET", path_of(OPEN, "objects/?match[version]=all&limit=1"))
    token = first.json["next"]
    assert stand.ask("GET", path_of(OPEN, f"objects/?match[version]=all&limit=2&next={token}")).status == 200
    refused = stand.ask("GET", path_of(OPEN, f"objects/?match[version]=first&limit=1&next={token}"))
    assert (refused.status, refused.json["title"]) == (400, "Bad Request")


def test_a_page_is_never_longer_than_the_settings_allow(tmp_path: Path) -> None:
    with Stand(tmp_path, settings(limits=TaxiiLimits(page=3, usual_page=2))) as stand:
        stand.ask("POST", path_of(OPEN), [own(letter) for letter in "abcdefg"])
        assert len(ids(stand.ask("GET", path_of(OPEN)))) == 2
        assert len(ids(stand.ask("GET", path_of(OPEN, "objects/?limit=1000000")))) == 3


def test_one_object_its_versions_and_its_deletion(stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own("a", 1), own("a", 2), own("b")])
    one = path_of(OPEN, f"objects/{id_of('a')}/")
    assert stand.ask("GET", one).json["objects"] == [own("a", 2)]
    assert stand.ask("GET", one + "versions/").json == {
        "more": False,
        "versions": ["2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"],
    }
    assert stand.ask("GET", one + "?added_after=2030-01-01T00:00:00Z").json == {}
    assert stand.ask("GET", one + "versions/?added_after=2030-01-01T00:00:00Z").json == {}
    assert stand.ask("DELETE", one + "?match[version]=2026-11-02T00:00:00.000Z").status == 200
    assert stand.ask("GET", one).json["objects"] == [own("a", 1)]
    assert stand.ask("DELETE", one + "?match[version]=2026-11-09T00:00:00.000Z").status == 404
    assert stand.ask("DELETE", one).status == 200
    for path in (one, one + "versions/"):
        assert stand.ask("GET", path).status == 404
    assert stand.ask("DELETE", one).status == 404
    assert ids(stand.ask("GET", path_of(OPEN))) == [id_of("b")]


def test_a_manifest_entry_tells_version_time_and_type(stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own("a")])
    assert stand.ask("GET", path_of(OPEN, "manifest/")).json["objects"] == [
        {
            "id": id_of("a"),
            "date_added": "2001-09-09T01:46:40.000000Z",
            "version": "2026-11-01T00:00:00.000Z",
            "media_type": "application/stix+json;version=2.1",
        }
    ]


@pytest.mark.parametrize("path", ["/taxii2/", "/intel/", path_of(OPEN), path_of(SECRET), "/nothing/"])
@pytest.mark.parametrize("authorization", ["", "Bearer guess", "Basic bGFiLWE6Z3Vlc3M=", "Basic ???", "Digest x"])
def test_a_stranger_learns_nothing(path: str, authorization: str, stand: Stand) -> None:
    headers = {"authorization": authorization} if authorization else {}
    reply = stand.ask("GET", path, secret="", headers=headers)
    assert (reply.status, reply.json["title"]) == (401, "Unauthorized")
    assert reply.headers["www-authenticate"].startswith(("Basic", "Bearer"))


def test_basic_bearer_and_certificate_open(stand: Stand) -> None:
    basic = {"authorization": "Basic bGFiLWE6c2VjcmV0LWE="}
    certificate = {"tls": {"client_cert_sha256": "0" * 63 + "a"}}
    assert stand.ask("GET", "/taxii2/", secret="", headers=basic).status == 200
    assert stand.ask("GET", "/taxii2/", secret="", extensions=certificate).status == 200
    assert stand.ask("GET", "/taxii2/", secret="", extensions={"tls": {"client_cert_sha256": "b"}}).status == 401
    assert stand.ask("GET", "/taxii2/", secret="guess", extensions=certificate).status == 401


def test_a_token_for_reading_does_not_write(stand: Stand) -> None:
    assert stand.ask("GET", path_of(OPEN), secret="reading-a").status == 200
    assert stand.ask("POST", path_of(OPEN), [own("a")], secret="reading-a").status == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", path_of(SECRET), 404),
        ("POST", path_of(SECRET), 404),
        ("GET", path_of(SECRET, ""), 404),
        ("GET", path_of(WRITE_ONLY), 403),
        ("GET", path_of(WRITE_ONLY, "manifest/"), 403),
        ("GET", path_of(WRITE_ONLY, f"objects/{id_of('a')}/"), 403),
        ("GET", path_of(WRITE_ONLY, f"objects/{id_of('a')}/versions/"), 403),
        ("POST", path_of(READ_ONLY), 403),
        ("DELETE", path_of(READ_ONLY, f"objects/{id_of('a')}/"), 403),
        ("DELETE", path_of(WRITE_ONLY, f"objects/{id_of('a')}/"), 403),
        ("GET", path_of(OPEN, "nothing/"), 404),
        ("GET", path_of(OPEN, f"objects/{id_of('a')}/nothing/"), 404),
        ("GET", path_of("../" + OPEN), 404),
        ("GET", "/intel/collections/%ff/", 404),
        ("GET", "/intel/status/nothing/", 404),
        ("GET", "/" + "a" * 2000, 414),
        ("PUT", path_of(OPEN), 405),
        ("POST", path_of(OPEN, "manifest/"), 405),
        ("DELETE", path_of(OPEN), 405),
        ("POST", "/taxii2/", 405),
        ("POST", "/intel/", 405),
    ],
)
def test_unauthorised_and_unknown(method: str, path: str, status: int, stand: Stand) -> None:
    body = [own("a")] if method == "POST" else None
    reply = stand.ask(method, path, body)
    assert (reply.status, reply.json["http_status"]) == (status, str(status))
    everything = stand.run(stand.store.last_seq())
    assert everything == 0


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/taxii+json;version=2.1", 200),
        ("application/taxii+json", 200),
        ("*/*", 200),
        ("", 200),
        ("application/taxii+json;version=2.0", 406),
        ("application/json", 406),
        ("application/vnd.oasis.taxii+json; version=2.0", 406),
        ("text/html", 406),
    ],
)
def test_media_types_that_are_asked_for(accept: str, status: int, stand: Stand) -> None:
    assert stand.ask("GET", "/taxii2/", headers={"accept": accept}).status == status


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "text/plain", "application/taxii+json;version=2.0", "application/stix+json;version=2.1"],
)
def test_media_types_that_are_sent(content_type: str, stand: Stand) -> None:
    reply = stand.ask("POST", path_of(OPEN), [own("a")], headers={"content-type": content_type})
    assert reply.status == 415


def test_a_compressed_body_is_refused_before_it_is_read(stand: Stand) -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    reply = stand.ask("POST", path_of(OPEN), bomb, headers={"content-encoding": "gzip"})
    assert reply.status == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"objects": {}}', 422),
        (b'{"objects": []}', 422),
        (json.dumps(own("a")).encode(), 422),
    ],
)
def test_bodies_that_are_no_envelope(body: bytes, status: int, stand: Stand) -> None:
    assert stand.ask("POST", path_of(OPEN), body).status == status


def test_bodies_that_are_too_long_are_refused_stated_or_not(tmp_path: Path) -> None:
    with Stand(tmp_path, settings(limits=TaxiiLimits(body_bytes=100_000, objects=3))) as stand:
        body = json.dumps({"objects": [own("a", text="x" * 200_000)]}).encode()
        assert stand.ask("POST", path_of(OPEN), body).status == 413
        assert stand.ask("POST", path_of(OPEN), body, headers={"content-length": "1"}).status == 413
        assert stand.ask("POST", path_of(OPEN), body, headers={"content-length": "-1"}).status == 413
        assert stand.ask("POST", path_of(OPEN), [own(letter) for letter in "abcd"]).status == 413
        assert stand.run(stand.store.last_seq()) == 0


def test_an_object_nested_without_end_is_refused_alone(stand: Stand) -> None:
    deep: Any = []
    for _ in range(600):
        deep = [deep]
    reply = stand.ask("POST", path_of(OPEN), [own("a", x=deep), own("b")])
    assert (reply.json["success_count"], reply.json["failures"][0]["id"]) == (1, id_of("a"))


def test_nobody_overwrites_or_deletes_what_another_has_sent(stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own("a")])
    theirs = document("a", 9, created_by_ref=IDENTITY_B, name="ours now")
    forged = own("a", 9, name="forged")
    for attempt in (theirs, forged):
        refused = stand.ask("POST", path_of(OPEN), [attempt], secret="secret-b").json
        assert (refused["success_count"], refused["failure_count"]) == (0, 1)
    assert stand.ask("DELETE", path_of(OPEN, f"objects/{id_of('a')}/"), secret="secret-b").status == 403
    assert stand.ask("GET", path_of(OPEN)).json["objects"] == [own("a")]
    assert stand.ask("DELETE", path_of(OPEN, f"objects/{id_of('a')}/"), secret="secret-w").status == 200
    assert stand.ask("GET", path_of(OPEN)).json == {}


def test_a_field_that_stands_twice_hides_no_foreign_id(stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own("a")])
    sly = json.dumps(own("a", 9)).encode()[1:-1]
    mask = json.dumps(document("z", created_by_ref=IDENTITY_B)).encode()[1:-1]
    for body in (b"{%b,%b}" % (sly, mask), b"{%b,%b}" % (mask, sly)):
        stand.ask("POST", path_of(OPEN), b'{"objects":[' + body + b"]}", secret="secret-b")
    found = stand.ask("GET", path_of(OPEN, "objects/?match[version]=all")).body
    assert found.count(id_of("a").encode()) == 1


def test_markings_decide_who_is_shown_an_object(stand: Stand) -> None:
    strict = document("s", created_by_ref=IDENTITY_B, object_marking_refs=[_TLP_AMBER_STRICT])
    plain = document("p", created_by_ref=IDENTITY_B)
    stand.ask("POST", path_of(OPEN), [strict, plain], secret="secret-b")
    assert ids(stand.ask("GET", path_of(OPEN))) == [id_of("p")]
    assert ids(stand.ask("GET", path_of(OPEN, "manifest/"))) == [id_of("p")]
    assert stand.ask("GET", path_of(OPEN, f"objects/{id_of('s')}/")).status == 404
    assert stand.ask("GET", path_of(OPEN, f"objects/{id_of('s')}/versions/")).status == 404
    assert ids(stand.ask("GET", path_of(OPEN), secret="secret-w")) == [id_of("s"), id_of("p")]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-20",
        "limit=x",
        "limit=99999999999999999999",
        "added_after=yesterday",
        "match[version]=latest",
        "match[id]=",
        "match[name]=x",
        "next=x",
        "next=WzFd",
        "limit=1&limit=2",
        "match[type]=" + ",".join(f"t{number}" for number in range(101)),
        "a",
        "%ff=1",
    ],
)
def test_questions_that_cannot_be_read(query: str, stand: Stand) -> None:
    assert stand.ask("GET", path_of(OPEN, "objects/?" + query)).status == 400


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with Stand(tmp_path, settings(limits=TaxiiLimits(requests_per_minute=2))) as stand:
        assert [stand.ask("GET", "/taxii2/").status for _ in range(3)] == [200, 200, 429]
        assert stand.ask("GET", "/taxii2/").headers["retry-after"] == "30"
        assert stand.ask("GET", "/taxii2/", secret="secret-b").status == 200
        stand.now += 30
        assert stand.ask("GET", "/taxii2/").status == 200


def test_a_long_answer_is_compressed_for_who_takes_it_so(stand: Stand) -> None:
    stand.ask("POST", path_of(OPEN), [own(letter) for letter in "abcdefghijklmnopqrstuvwxyz"])
    plain = stand.ask("GET", path_of(OPEN))
    packed = stand.ask("GET", path_of(OPEN), headers={"accept-encoding": "gzip, deflate"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed.headers["content-length"]) == len(packed.body)


def test_the_head_of_an_answer_alone(stand: Stand) -> None:
    reply = stand.ask("HEAD", "/taxii2/")
    assert (reply.status, reply.body) == (200, b"")


def test_anybody_may_ask_whether_it_lives(stand: Stand) -> None:
    assert stand.ask("GET", "/livez", secret="").status == 200


def test_a_store_that_fails_is_said_to_the_operator_and_not_to_the_client(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise PeerError("the store cannot be used: disk full", where="/var/objects.db")

    monkeypatch.setattr(stand.store, "packed", fail)
    reply = stand.ask("GET", path_of(OPEN))
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert b"disk" not in reply.body
    assert stand.faults == ["/var/objects.db: the store cannot be used: disk full"]
