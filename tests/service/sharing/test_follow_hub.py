"""A follower brings a hub's stream to the guards, whatever breaks on the way."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from received_rows import NOW, indicator, peers, stix
from running_hub import RunningHub
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.standings import Standings
from stillwatch.service.sharing.follow_hub import HubFollower
from stillwatch.service.sharing.hub_stream import HubClient
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Source
from stillwatch.service.sharing.publish_intel import INTEL_TABLE, IntelPublisher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SOON_S = 5.0


class _EndError(Exception):
    """Ends a follower from within."""


class Following:
    """Lab B's follower in a thread, until it is ended; another one of the same folder goes on where it stopped."""

    def __init__(self, folder: Path, hub: RunningHub) -> None:
        self._folder, self._hub = folder, hub
        self.said: list[str] = []
        self._ends = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        intel = open_intel(self._folder / "intel.db")
        follower = HubFollower(
            HubClient(self._hub.url, self._hub.tokens["lab-b"], silence_s=1.0),
            intel,
            IntelPublisher(self._folder, peers()),
            peers(),
            Source(name="hub", vouches=True),
            clock=self._clock,
            say=self.said.append,
        )
        try:
            follower.go_on()
        except _EndError:
            intel.close()

    def _clock(self) -> float:
        if self._ends:
            raise _EndError
        return NOW.timestamp()

    def end(self) -> None:
        self._ends = True
        self._thread.join(SOON_S)
        assert not self._thread.is_alive()

    def knows(self, value: str) -> bool:
        file = self._folder / INTEL_TABLE
        return file.exists() and Standings(file.read_bytes()).has(KeyName.ADDRESS, value, at=NOW.timestamp())

    def rows(self) -> int:
        return Standings((self._folder / INTEL_TABLE).read_bytes()).rows


def becomes_true(question: Callable[[], bool]) -> bool:
    until = time.monotonic() + SOON_S
    while not question() and time.monotonic() < until:
        time.sleep(0.01)
    return question()


@pytest.fixture
def hub(tmp_path) -> Iterator[RunningHub]:
    (tmp_path / "hub").mkdir()
    running = RunningHub(tmp_path / "hub").add().start()
    yield running
    running.stop()
    running.members.close()


def test_what_is_shared_stands_soon_and_nothing_is_lost_or_doubled_when_either_side_is_gone(tmp_path, hub) -> None:
    sender = HubClient(hub.url, hub.tokens["lab-a"])
    sender.send(stix(indicator(1, "198.51.100.1")))
    following = Following(tmp_path, hub)
    assert becomes_true(lambda: following.knows("198.51.100.1"))

    hub.stop()
    hub.start()
    sender.send(stix(indicator(1, "198.51.100.1"), indicator(2, "198.51.100.2"), version=2))
    assert becomes_true(lambda: following.knows("198.51.100.2"))
    assert becomes_true(lambda: following.said[-1:] == ["hub is followed again"])
    assert "what was received before stays in force" in following.said[0]

    following.end()
    sender.send(stix(indicator(3, "198.51.100.3"), version=3))
    again = Following(tmp_path, hub)
    assert becomes_true(lambda: again.knows("198.51.100.3"))
    assert again.rows() == 3
    assert becomes_true(lambda: hub.members.deliveries()["lab-b"][0] == sender.status()["last_seq"])
    again.end()


def test_what_a_hub_takes_back_ends_soon(tmp_path, hub) -> None:
    sender = HubClient(hub.url, hub.tokens["lab-a"])
    sender.send(stix(indicator(1, "198.51.100.1")))
    following = Following(tmp_path, hub)
    assert becomes_true(lambda: following.knows("198.51.100.1"))
    sender.send(stix(indicator(1, "198.51.100.1"), version=2, is_revoked=True))
    assert becomes_true(lambda: not following.knows("198.51.100.1"))
    following.end()


def test_catching_up_ends_when_all_is_there(tmp_path, hub) -> None:
    HubClient(hub.url, hub.tokens["lab-a"]).send(stix(indicator(1, "198.51.100.1")))
    intel = open_intel(tmp_path / "intel.db")
    counts = []
    follower = HubFollower(
        HubClient(hub.url, hub.tokens["lab-b"]),
        intel,
        IntelPublisher(tmp_path, peers()),
        peers(),
        Source(name="hub", vouches=True),
        clock=NOW.timestamp,
        say=print,
        told=counts.append,
    )
    follower.catch_up()
    follower.catch_up()
    assert [one.accepted for one in counts] == [1]
    intel.close()
