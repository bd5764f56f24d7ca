"""What STIX costs: `python benchmarks/stix.py [--indicators 50000]`.

Indicators are created (checked, patterns and ids made, written as JSON) and parsed (checked and read as values), by
stillwatch and by stix2 in one run: the objects alone, and a whole bundle with their observables and relationships. Each
rate is the median of several turns, by processor time of one process; stix2 is given fewer objects, since it takes
minutes for as many. The collector of garbage stays on, and what earlier turns left is collected before each.
Writes benchmarks/results/stix.json and .md.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson
import stix2

from say import say
from stillwatch.core.indicator import Form, Indicator, IndicatorKind
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.core.version import VERSION
from stillwatch.intel import stix_received
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_ids import observable_id
from stillwatch.intel.stix_indicator import IndicatorWriter
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_read_indicator import read_indicator
from stillwatch.intel.stix_write import write_bundle

if TYPE_CHECKING:
    from collections.abc import Callable

_RESULTS: Final = Path(__file__).parent / "results"
_NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
_CAMPAIGN: Final = "campaign--0b62a4e4-0a4c-4f0e-9d5a-6a4a1f5c3b11"
_PRODUCER: Final = "identity--5d3f9f2e-54d1-4b6a-8b7c-1f2d3c4b5a69"
_REFS: Final = ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",)
_TURNS: Final = 3
_TARGET: Final = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--indicators", type=int, default=50_000)
    parser.add_argument("--of-peer", type=int, default=300, help="How many stix2 is given.")
    asked = parser.parse_args()
    ours, theirs = _indicators(asked.indicators), _indicators(asked.of_peer)
    rows = [_create(ours, theirs), _parse(ours, theirs), _bundle(ours, theirs, write=True)]
    rows += [_bundle(ours, theirs, write=False), _ids(asked.indicators, asked.of_peer)]
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "stix2": stix2.__version__}
    made = {"version": VERSION, "machine": machine, "indicators": asked.indicators, "rows": rows}
    _RESULTS.mkdir(exist_ok=True)
    (_RESULTS / "stix.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    (_RESULTS / "stix.md").write_text(_page(made), encoding="utf-8")
    print(_page(made))


def _create(ours: list[Indicator], theirs: list[Indicator]) -> dict[str, Any]:
    campaign, encode = _campaign(()), msgspec.json.Encoder().encode

    def own() -> None:
        writer = IndicatorWriter(campaign, _REFS)
        for one in ours:
            encode(writer.indicator(one))

    return _row("create an indicator", own, len(ours), lambda: _theirs(theirs), len(theirs))


def _parse(ours: list[Indicator], theirs: list[Indicator]) -> dict[str, Any]:
    campaign, limits = _campaign(()), ReadLimits()
    encode, decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(stix_received.Kept).decode
    writer = IndicatorWriter(campaign, _REFS)
    texts = [encode(writer.indicator(one)) for one in ours]
    plain = [one.decode() for one in texts[: len(theirs)]]

    def own() -> None:
        for text in texts:
            read_indicator(decode(text), _CAMPAIGN, limits)

    def peer() -> None:
        for text in plain:
            stix2.parse(text, allow_custom=False)

    return _row("parse an indicator", own, len(ours), peer, len(plain))


def _bundle(ours: list[Indicator], theirs: list[Indicator], *, write: bool) -> dict[str, Any]:
    whole, few = _campaign(tuple(ours)), _campaign(tuple(theirs))
    data, small = write_bundle(whole), write_bundle(few).decode()
    objects, of_peer = (len(orjson.loads(text)["objects"]) for text in (data, small))
    if write:
        parsed = stix2.parse(small, allow_custom=False)
        return _row("write a bundle, an object", lambda: write_bundle(whole), objects, parsed.serialize, of_peer)
    return _row("read a bundle, an object", lambda: read_bundle(data), objects, lambda: stix2.parse(small), of_peer)


def _ids(ours: int, theirs: int) -> dict[str, Any]:
    def own() -> None:
        for number in range(ours):
            observable_id("domain-name", {"value": f"a{number}.example"})

    def peer() -> None:
        for number in range(theirs):
            stix2.DomainName(value=f"a{number}.example")

    return _row("id of an observable", own, ours, peer, theirs)


def _theirs(ones: list[Indicator]) -> None:
    for one in ones:
        stix2.Indicator(
            id=one.id,
            created_by_ref=_PRODUCER,
            created=_NOW,
            modified=_NOW,
            name=f"{one.kind} of cluster",
            description="A lead to look into, not a verdict.",
            indicator_types=["anomalous-activity"],
            pattern=f"[ipv4-addr:value = '{one.value}']",
            pattern_type="stix",
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            confidence=one.confidence,
        ).serialize()


def _row(what: str, own: Callable[[], Any], ours: int, peer: Callable[[], Any], theirs: int) -> dict[str, Any]:
    say(what)
    rate, of_peer = ours / _seconds(own), theirs / _seconds(peer)
    return {
        "what": what,
        "stillwatch_per_s": round(rate),
        "stix2_per_s": round(of_peer),
        "ratio": round(rate / of_peer),
    }


def _seconds(run: Callable[[], Any]) -> float:
    """The median of several turns, in seconds of processor time."""
    taken = []
    for _ in range(_TURNS):
        gc.collect()
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def _indicators(count: int) -> list[Indicator]:
    """Half addresses in clear, half keys of templates."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        clear = {"kind": IndicatorKind.ADDRESS, "value": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        keyed = {
            "kind": IndicatorKind.TEMPLATE,
            "value": str(chance.getrandbits(63)),
            "form": Form.SALTED,
            "key_id": "0011223344556677",
            "template_kind": 4,
        }
        made.append(
            Indicator(
                id=f"indicator--{uuid.UUID(int=chance.getrandbits(128), version=4)}",
                campaign_id=_CAMPAIGN,
                confidence=90,
                valid_from=_NOW,
                valid_until=_NOW + timedelta(days=30),
                **(keyed if number % 2 else clear),
            )
        )
    return made


def _campaign(indicators: tuple[Indicator, ...]) -> SharedCampaign:
    return SharedCampaign(
        id=_CAMPAIGN,
        version_at=_NOW,
        created_at=_NOW,
        producer_id=_PRODUCER,
        producer_name="Lab A",
        name="cluster",
        first_seen=_NOW,
        last_seen=_NOW,
        valid_until=_NOW + timedelta(days=30),
        confidence=95,
        accounts=1,
        exchanges=1,
        indicators=indicators,
    )


def _page(made: dict[str, Any]) -> str:
    machine = made["machine"]
    lines = [
        "# What STIX costs",
        "",
        (
            f"stillwatch {made['version']}, stix2 {machine['stix2']}, Python {machine['python']}, one process; "
            f"`python benchmarks/stix.py --indicators {made['indicators']}`. Objects a second of processor time, "
            f"the median of {_TURNS} turns. The target is {_TARGET:,} indicators a second, created and parsed."
        ),
        "",
        "| what | stillwatch | stix2 | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row['what']} | {row['stillwatch_per_s']:,} | {row['stix2_per_s']:,} | {row['ratio']} × |"
        for row in made["rows"]
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
