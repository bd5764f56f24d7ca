"""A member talks to a hub: sends, follows from where it was, acknowledges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from received_rows import LAB_B, documents, indicator, stix
from running_hub import RunningHub
from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.sharing.hub_members import SHARED
from stillwatch.service.sharing.hub_stream import HubClient
from stillwatch.service.sharing.send_objects import send_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.service.sharing.take_stream import StreamBatch

TOLD = stix(indicator(1))


@pytest.fixture
def hub(tmp_path) -> Iterator[RunningHub]:
    running = RunningHub(tmp_path).add().start()
    yield running
    running.stop()
    running.members.close()


def all_now(client: HubClient, after: str = "") -> list[StreamBatch]:
    found: list[StreamBatch] = []
    for batch in client.batches(after):
        if batch is None:
            return found
        found.append(batch)
    raise AssertionError("it hung up")


def test_what_one_sends_another_one_reads_once(hub: RunningHub) -> None:
    lab_a, lab_b = HubClient(hub.url, hub.tokens["lab-a"]), HubClient(f"{hub.url}/", hub.tokens["lab-b"])
    sent = lab_a.send(TOLD)
    assert (sent.is_shared, sent.new, sent.refused) == (True, len(documents(TOLD)), ())
    assert (lab_a.send(TOLD).new, lab_a.send(TOLD).seq) == (0, sent.seq)
    [batch] = all_now(lab_b)
    assert (list(batch.objects), batch.position) == (documents(TOLD), str(sent.seq))
    assert all_now(lab_b, batch.position) == []
    lab_b.acknowledge(batch.position)
    assert (lab_b.status()["acknowledged"], lab_b.status()["role"]) == (sent.seq, "reader")


def test_what_is_sent_by_taxii_is_pushed(hub: RunningHub) -> None:
    collection = f"{hub.url}/intel/collections/{SHARED}/"
    assert send_objects(collection, TOLD, token=hub.tokens["lab-a"]).accepted == len(documents(TOLD))
    [batch] = all_now(HubClient(hub.url, hub.tokens["lab-b"]))
    assert list(batch.objects) == documents(TOLD)
    with pytest.raises(PeerError, match="403"):
        send_objects(collection, TOLD, token=hub.tokens["lab-b"])


def test_a_reader_sends_nothing_and_a_stranger_reads_nothing(hub: RunningHub) -> None:
    with pytest.raises(PeerError, match="a reader sends nothing"):
        HubClient(hub.url, hub.tokens["lab-b"]).send(TOLD)
    with pytest.raises(PeerError, match="no member has this token"):
        HubClient(hub.url, "guessed").status()
    with pytest.raises(PeerError, match="no member has this token"):
        all_now(HubClient(hub.url, ""))


def test_what_is_anothers_is_refused_object_by_object(hub: RunningHub) -> None:
    sent = HubClient(hub.url, hub.tokens["lab-a"]).send(stix(indicator(1), producer_id=LAB_B))
    assert "created_by_ref is not your identity" in {why for _, why in sent.refused}


def test_a_position_that_the_hub_never_gave_is_refused(hub: RunningHub) -> None:
    client = HubClient(hub.url, hub.tokens["lab-b"])
    with pytest.raises(PeerError, match="99 is no number of this hub"):
        all_now(client, "99")
    with pytest.raises(PeerError, match="99 is no number of this hub"):
        client.acknowledge("99")


def test_a_hub_that_is_gone_is_told_of(hub: RunningHub) -> None:
    client = HubClient(hub.url, hub.tokens["lab-b"], silence_s=1.0)
    hub.stop()
    with pytest.raises(PeerError, match="does not answer"):
        client.status()
    with pytest.raises(PeerError, match="the hub is gone"):
        all_now(client)


@pytest.mark.parametrize("url", ["http://hub.example", "ftp://127.0.0.1", "hub.example", "https://"])
def test_a_token_is_sent_to_no_other_place_and_never_in_clear(url: str) -> None:
    with pytest.raises(SettingsError):
        HubClient(url, "t")
