"""Member A publishes, a hub shares, member B's guard decides: three processes, and what breaks between them.

Nothing is lost and nothing is doubled when one of them is killed, when nothing gets through, or when all is sent again.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from received_rows import LAB_A, LAB_B, indicator, stix, stix_id
from stillwatch.core.errors import PeerError
from stillwatch.core.request_facts import RequestFacts
from stillwatch.service.guarding.guard_settings import GuardSettings
from stillwatch.service.guarding.open_guard import open_guard
from stillwatch.service.sharing.held import received_campaigns
from stillwatch.service.sharing.hub_members import HubMembers, HubRole
from stillwatch.service.sharing.hub_stream import HubClient
from stillwatch.service.sharing.intel_state import open_intel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PEERS: Final = f'[[producer]]\nid = "{LAB_A}"\naccept = "all"\n[[source]]\nname = "127.0.0.1"\nvouches = true\n'
_POLICY: Final = """
version = "1"
mode = "enforce"
[[rule]]
name = "told by peers"
roles = ["trace"]
keys = ["address"]
respond = "observe"
"""
_END: Final = datetime(2099, 1, 1, tzinfo=UTC)
_PATIENCE_S: Final = 30.0


class Deployment:
    """The processes, started and killed by name; the guard of member B looks at its table in this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[str]] = {}
        self.port = 0
        members = HubMembers(folder / "hub.db", clock=time.time)
        self.token = members.add("lab-a", LAB_A, HubRole.TRUSTED, by="Ada")
        (folder / "token").write_text(members.add("lab-b", LAB_B, HubRole.READER, by="Ada"))
        members.close()
        (folder / "peers.toml").write_text(_PEERS)
        (folder / "policy.toml").write_text(_POLICY)
        settings = GuardSettings(policy=folder / "policy.toml", standings=(folder / "intel.bin",))
        self._opened = open_guard(settings, clock=time.time, say=lambda _: None)
        self._opened.follow(every_s=0.05)

    def start_hub(self) -> None:
        hub = self._start("hub", "hub", "serve", "--hub", str(self.folder), "--listen", f"127.0.0.1:{self.port}")
        told = hub.stderr.readline() if hub.stderr else ""
        self.port = int(told.partition(",")[0].rpartition(":")[2])

    def start_member(self) -> None:
        options = ("--out", str(self.folder), "--peers", str(self.folder / "peers.toml"), "--follow")
        self._start("member", "receive", self.url, "--token-file", str(self.folder / "token"), *options)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def publish(self, number: int) -> None:
        """As member A does: again and again until the hub has said that it has it."""
        one = indicator(number, address(number), campaign_id=stix_id("campaign", number), valid_until=_END)
        told = stix(one, number=number, valid_until=_END)
        ends_at = time.monotonic() + _PATIENCE_S
        while True:
            try:
                HubClient(self.url, self.token, silence_s=3.0).send(told)
            except PeerError:
                assert time.monotonic() < ends_at
                time.sleep(0.1)
            else:
                return

    def waits_for(self, number: int) -> float:
        """Seconds until the guard decides by it."""
        began = time.monotonic()
        while not self.decides_by(number):
            assert time.monotonic() < began + _PATIENCE_S, f"{number} is lost"
            time.sleep(0.005)
        return time.monotonic() - began

    def decides_by(self, number: int) -> bool:
        facts = RequestFacts("", time.time(), client_address=address(number))
        return bool(self._opened.guard.check(facts).observed)

    def signal(self, name: str, number: int) -> None:
        self._running[name].send_signal(number)

    def kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.communicate()

    def close(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self._opened.close()

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        self._running[name] = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", "stillwatch", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self._running[name]


def address(number: int) -> str:
    return f"198.51.{number // 250}.{number % 250 + 1}"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path)
    running.start_hub()
    running.start_member()
    yield running
    running.close()


def kept(deployment: Deployment) -> list[tuple[str, int, int]]:
    """Id, indicators and how many are in force of each campaign that member B holds."""
    intel = open_intel(deployment.folder / "intel.db")
    found = sorted((one.id, one.indicators, one.accepted) for one in received_campaigns(intel))
    intel.close()
    return found


def test_nothing_is_lost_or_doubled_when_each_is_killed_cut_off_and_told_twice(deployment: Deployment) -> None:
    deployment.publish(1)
    deployment.waits_for(1)

    deployment.kill("member")
    deployment.publish(2)
    deployment.start_member()
    deployment.waits_for(2)

    deployment.kill("hub")
    deployment.start_hub()
    deployment.publish(3)
    deployment.waits_for(3)

    deployment.signal("member", signal.SIGSTOP)
    deployment.publish(4)
    deployment.publish(1)
    assert not deployment.decides_by(4)
    deployment.signal("member", signal.SIGCONT)
    deployment.waits_for(4)
    expected = [(f"campaign--00000000-0000-4000-8000-{number:012d}", 1, 1) for number in range(1, 5)]
    assert kept(deployment) == expected
    assert all(deployment.decides_by(number) for number in range(1, 5))


@pytest.mark.slow
def test_whenever_one_is_killed_all_is_there_in_the_end_once(deployment: Deployment) -> None:
    chance = random.Random(7)
    count = 40
    for number in range(1, count + 1):
        deployment.publish(number)
        time.sleep(chance.random() * 0.2)
        victim = chance.choice(["hub", "member", "nobody"])
        if victim != "nobody":
            deployment.kill(victim)
            (deployment.start_hub if victim == "hub" else deployment.start_member)()
        deployment.publish(chance.randint(1, number))
    for number in range(1, count + 1):
        deployment.waits_for(number)
    assert [one[1:] for one in kept(deployment)] == [(1, 1)] * count


@pytest.mark.slow
def test_from_publishing_to_deciding_takes_less_than_a_second(deployment: Deployment) -> None:
    deployment.publish(1)
    deployment.waits_for(1)
    seconds = []
    for number in range(2, 102):
        began = time.monotonic()
        deployment.publish(number)
        deployment.waits_for(number)
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[98] < 1.0
