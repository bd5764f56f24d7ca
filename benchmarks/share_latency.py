"""From a member that publishes to another member's guard: `python benchmarks/share_latency.py [--campaigns 200]`.

Four processes on loopback, as they run in earnest: member A sends bundles with `service.sharing.hub_stream`, a hub
serves (`stillwatch hub serve`), member B receives (`stillwatch receive --follow`), and B's guard, in this process,
follows the table of what peers tell. Each bundle names one address that no other one does; time runs from the moment
before A sends it until the guard's decision about a request from there rests on it. Member B holds `--held` indicators
beforehand, since the table is written as a whole. Writes benchmarks/results/share-latency.json and .md.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from publish import publish
from say import say
from stillwatch.core.indicator import Indicator, IndicatorKind
from stillwatch.core.request_facts import RequestFacts
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.core.version import VERSION
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.stix_write import write_bundle
from stillwatch.service.guarding.guard_settings import GuardSettings
from stillwatch.service.guarding.open_guard import open_guard
from stillwatch.service.sharing.hub_members import HubMembers, HubRole
from stillwatch.service.sharing.hub_stream import HubClient

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE: Final = Path(__file__).parent
_LAB_A: Final = "identity--aaaaaaaa-0000-4000-8000-000000000001"
_LAB_B: Final = "identity--bbbbbbbb-0000-4000-8000-000000000002"
_PEERS: Final = f'[[producer]]\nid = "{_LAB_A}"\naccept = "reviewed"\n[[source]]\nname = "127.0.0.1"\nvouches = true\n'
_POLICY: Final = """
version = "1"
mode = "enforce"
[[rule]]
name = "told by peers"
roles = ["trace"]
keys = ["address"]
respond = "observe"
"""
_PATIENCE_S: Final = 60.0
_LOOK_S: Final = 0.001


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--campaigns", type=int, default=200)
    parser.add_argument("--held", type=int, nargs="+", default=[0, 10_000])
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.add_argument("--note", default="", help="a sentence about the machine, printed above the table")
    parser.add_argument("--send", nargs=2, metavar=("URL", "TOKEN"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.send:
        _send(*asked.send)
        return
    measured: dict[str, Any] = {"machine": _machine(), "note": asked.note, "campaigns": asked.campaigns, "runs": []}
    for held in asked.held:
        say(f"{asked.campaigns} campaigns, member B holds {held} indicators")
        with tempfile.TemporaryDirectory() as folder:
            measured["runs"].append({"held": held, **_measure(asked.campaigns, held, Path(folder))})
    publish(asked.results, "share-latency", measured, _page(measured))


def bundle(number: int, addresses: range) -> bytes:
    """A campaign of lab A that names these addresses."""
    now = datetime.now(UTC)
    name = derived_id("campaign", str(number), str(addresses.start))
    indicators = tuple(
        Indicator(
            id=derived_id("indicator", str(one)),
            kind=IndicatorKind.ADDRESS,
            value=address(one),
            campaign_id=name,
            confidence=80,
            valid_from=now - timedelta(hours=1),
            valid_until=now + timedelta(days=7),
        )
        for one in addresses
    )
    campaign = SharedCampaign(
        id=name,
        version_at=now,
        created_at=now,
        producer_id=_LAB_A,
        producer_name="Lab A",
        name=f"CLUSTER {number}",
        first_seen=now - timedelta(days=1),
        last_seen=now,
        valid_until=now + timedelta(days=7),
        confidence=80,
        accounts=40,
        exchanges=9_000,
        indicators=indicators,
    )
    return write_bundle(campaign)


def address(number: int) -> str:
    return f"{20 + (number >> 24)}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _send(url: str, token: str) -> None:
    """Member A: told a number, it sends a campaign, and says when."""
    client = HubClient(url, token)
    for line in sys.stdin:
        number = int(line)
        content = bundle(number, range(number, number + 1))
        began = time.time()
        client.send(content)
        print(began, time.time(), flush=True)


def _measure(campaigns: int, held: int, folder: Path) -> dict[str, Any]:
    hub, out = folder / "hub", folder / "b"
    hub.mkdir()
    out.mkdir()
    members = HubMembers(hub / "hub.db", clock=time.time)
    token_a = members.add("lab-a", _LAB_A, HubRole.TRUSTED, by="benchmark")
    (folder / "token").write_text(members.add("lab-b", _LAB_B, HubRole.READER, by="benchmark"))
    members.close()
    (folder / "peers.toml").write_text(_PEERS)
    (folder / "policy.toml").write_text(_POLICY)
    serving = _start("hub", "serve", "--hub", str(hub), "--listen", "127.0.0.1:0")
    url = f"http://127.0.0.1:{_port(serving)}"
    if held:
        HubClient(url, token_a, silence_s=_PATIENCE_S).send(bundle(0, range(10**6, 10**6 + held)))
    options = ("--follow", "--out", str(out), "--peers", str(folder / "peers.toml"))
    receiving = _start("receive", url, "--token-file", str(folder / "token"), *options, "--json")
    sending = subprocess.Popen(
        [sys.executable, __file__, "--send", url, token_a], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    settings = GuardSettings(policy=folder / "policy.toml", standings=(out / "intel.bin",))
    opened = open_guard(settings, clock=time.time, say=lambda _: None)
    opened.follow()
    try:
        if held:
            _until(lambda: _is_known(opened, 10**6 + held - 1))
        return _timed(campaigns, opened, sending)
    finally:
        opened.close()
        for process in (sending, receiving, serving):
            process.kill()
            process.wait()


def _timed(campaigns: int, opened: Any, sending: subprocess.Popen[str]) -> dict[str, Any]:
    stands_s: list[float] = []
    sent_s: list[float] = []
    if sending.stdin is None or sending.stdout is None:
        raise RuntimeError
    for number in range(1, campaigns + 6):
        sending.stdin.write(f"{number}\n")
        sending.stdin.flush()
        _until(lambda number=number: _is_known(opened, number))  # type: ignore[misc]
        known_at = time.time()
        began, told = map(float, sending.stdout.readline().split())
        stands_s.append(known_at - began)
        sent_s.append(told - began)
        time.sleep(0.013 * (number % 7))
    return {"stands_ms": _spread(stands_s[5:]), "accepted_by_hub_ms": _spread(sent_s[5:])}


def _is_known(opened: Any, number: int) -> bool:
    facts = RequestFacts("", time.time(), client_address=address(number))
    return bool(opened.guard.check(facts).observed)


def _until(question: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + _PATIENCE_S
    while not question():
        if time.monotonic() > ends_at:
            raise TimeoutError("what was sent did not reach the guard")
        time.sleep(_LOOK_S)


def _spread(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    found = {"p50": cuts[49], "p90": cuts[89], "p99": cuts[98], "max": max(seconds)}
    return {name: round(1000 * value, 1) for name, value in found.items()}


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "stillwatch", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def _port(process: subprocess.Popen[str]) -> int:
    line = process.stderr.readline() if process.stderr else ""
    return int(line.partition(",")[0].rpartition(":")[2])


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, stillwatch {VERSION}"


def _page(measured: dict[str, Any]) -> str:
    lines = [
        "# From a member that publishes to another member's guard",
        "",
        f"`python benchmarks/share_latency.py --campaigns {measured['campaigns']}`, {measured['machine']}.",
        *((measured["note"],) if measured["note"] else ()),
        "Four processes on loopback; milliseconds.",
        "",
        "| Member B holds | until the hub has it, p50 / p99 | until B's guard decides by it, p50 | p90 | p99 | max |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for run in measured["runs"]:
        sent, stands = run["accepted_by_hub_ms"], run["stands_ms"]
        cells = [f"{run['held']:,}", f"{sent['p50']} / {sent['p99']}", *map(str, stands.values())]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
