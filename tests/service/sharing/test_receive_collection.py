"""A collection of TAXII is taken in from where it was read last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from received_rows import NOW, documents, indicator, peers, stix
from running_hub import RunningHub
from stillwatch.service.sharing.held import held_indicators
from stillwatch.service.sharing.hub_members import SHARED
from stillwatch.service.sharing.hub_stream import HubClient
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Source
from stillwatch.service.sharing.receive_collection import receive_collection
from stillwatch.service.sharing.taxii_client import TaxiiClient
from stillwatch.service.sharing.taxii_way import Shown, TaxiiWay

if TYPE_CHECKING:
    from pathlib import Path


def test_each_reading_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    hub = RunningHub(tmp_path).add().start()
    intel = open_intel(tmp_path / "intel.db")
    way = TaxiiWay(hub.url, Shown(secret=hub.tokens["lab-b"]))
    url = f"{hub.url}/intel/collections/{SHARED}/"
    source = Source(name="taxii", vouches=True)
    sender = HubClient(hub.url, hub.tokens["lab-a"])
    counts = []
    for number in (1, 1, 2):
        told = stix(indicator(number, f"198.51.100.{number}"), version=number)
        assert documents(told)
        sender.send(told)
        found = list(receive_collection(TaxiiClient(way), url, intel, peers(), source, clock=NOW.timestamp))
        counts.append(sum(one.new_indicators for one in found))
    values = sorted(one.value for one in held_indicators(intel, at=NOW.timestamp()))
    way.close()
    intel.close()
    hub.stop()
    hub.members.close()
    assert (counts, values) == ([1, 0, 1], ["198.51.100.1", "198.51.100.2"])
