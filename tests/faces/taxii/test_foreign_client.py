"""OASIS's own client reads and writes our server, which really runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from requests.exceptions import HTTPError
from taxii2client.common import TokenAuth
from taxii2client.exceptions import TAXIIServiceException
from taxii2client.v21 import Collection, Server, as_pages

from carried import document, id_of
from taxii_stand import IDENTITY_A, OPEN, READ_ONLY, SECRET, WRITE_ONLY, RunningStand, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stand(tmp_path: object) -> Iterator[RunningStand]:
    with RunningStand(tmp_path) as one:
        yield one


def collection(stand: RunningStand, name: str = OPEN, secret: str = "secret-a", user: str = "lab-a") -> Collection:
    return Collection(stand.url + path_of(name, ""), user=user, password=secret)


def own(letter: str, day: int = 1, **more: object) -> dict[str, object]:
    return document(letter, day, created_by_ref=IDENTITY_A, **more)


def test_it_finds_roots_and_collections_from_discovery_on(stand: RunningStand) -> None:
    server = Server(stand.url + "/taxii2/", user="lab-a", password="secret-a")
    assert server.title == "Stand"
    assert [root.url for root in server.api_roots] == [stand.url + "/intel/"]
    assert server.default.max_content_length == 8 * 1024 * 1024
    assert [(one.id, one.can_read, one.can_write) for one in server.default.collections] == [
        (OPEN, True, True),
        (READ_ONLY, True, False),
        (WRITE_ONLY, False, True),
    ]


def test_a_bearer_token_opens_too(stand: RunningStand) -> None:
    assert Server(stand.url + "/taxii2/", auth=TokenAuth("secret-a")).title == "Stand"


def test_what_it_adds_it_reads_again(stand: RunningStand) -> None:
    ours = collection(stand)
    status = ours.add_objects({"objects": [own("a"), own("b"), document("c", created_by_ref="identity--x")]})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 2, 1)
    assert status.failures[0]["message"] == "created_by_ref is not your identity"
    status.refresh()
    assert status.total_count == 3
    assert ours.get_objects()["objects"] == [own("a"), own("b")]
    assert ours.get_object(id_of("b"))["objects"] == [own("b")]


def test_it_pages_through_a_long_collection(stand: RunningStand) -> None:
    ours = collection(stand)
    letters = [chr(0x3000 + number) for number in range(25)]
    ours.add_objects({"objects": [own(letter) for letter in letters]})
    pages = [page["objects"] for page in as_pages(ours.get_objects, per_request=10)]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [one["id"] for page in pages for one in page] == [id_of(letter) for letter in letters]
    manifest = [page["objects"] for page in as_pages(ours.get_manifest, per_request=10)]
    assert [len(page) for page in manifest] == [10, 10, 5]
    added = [one["date_added"] for page in manifest for one in page]
    assert added == sorted(set(added))


def test_filters_versions_and_deletion(stand: RunningStand) -> None:
    ours = collection(stand)
    ours.add_objects({"objects": [own("a", 1), own("a", 2), own("b", 1, kind="campaign")]})
    assert ours.get_objects(type="campaign")["objects"] == [own("b", 1, kind="campaign")]
    assert ours.get_objects(version="all", id=id_of("a"))["objects"] == [own("a", 1), own("a", 2)]
    versions = ours.object_versions(id_of("a"))["versions"]
    assert versions == ["2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"]
    added = ours.get_manifest(id=id_of("a"))["objects"][0]["date_added"]
    assert [one["id"] for one in ours.get_objects(added_after=added)["objects"]] == [id_of("b", "campaign")]
    ours.delete_object(id_of("a"), version="last")
    assert ours.get_object(id_of("a"))["objects"] == [own("a", 1)]
    ours.delete_object(id_of("a"))
    with pytest.raises(HTTPError, match="404"):
        ours.get_object(id_of("a"))


@pytest.mark.parametrize(
    ("name", "secret", "status"), [(SECRET, "secret-a", "404"), (OPEN, "guess", "401"), (WRITE_ONLY, "secret-a", "403")]
)
def test_what_is_not_its_own_it_does_not_get(name: str, secret: str, status: str, stand: RunningStand) -> None:
    with pytest.raises((HTTPError, TAXIIServiceException), match=status):
        collection(stand, name, secret)._conn.get(
            stand.url + path_of(name), headers={"Accept": "application/taxii+json;version=2.1"}
        )
