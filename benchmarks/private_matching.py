"""What a token of private matching costs: `python benchmarks/private_matching.py`.

Processor time on one core, for the holder of the key and for a member, beside what libsodium's multiplication alone
costs (the limit of any of it), HMAC and a plain hash, and what the quota costs in the holder's state, in one run;
rounds are interleaved and figures are medians of the rounds. Written to benchmarks/results/private-matching.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from publish import publish
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.version import VERSION
from stillwatch.intel.oprf import Blinded, blind, derive_key, evaluate, finalise
from stillwatch.intel.oprf_proof import is_proven
from stillwatch.intel.pairwise import pair_key
from stillwatch.intel.private_input import private_input
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.sharing.fast_ristretto import fast_ristretto
from stillwatch.service.sharing.match_epochs import Opening, open_epoch, open_matching
from stillwatch.service.sharing.match_holder import MatchHolder

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE: Final = Path(__file__).parent
_LIMIT: Final = "libsodium: one multiplication"
_TARGET: Final = 9_000
_CHEAP: Final = 50
"""What takes microseconds is done for so many times as many values."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--values", type=int, default=1024, help="of one batch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="stillwatch-matching-") as folder:
        steps = _steps(asked.values, Path(folder))
        rounds = [
            {name: _per_second(count, step) for name, (count, step) in steps.items()} for _ in range(asked.rounds)
        ]
    rates = {name: statistics.median(one[name] for one in rounds) for name in steps}
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": f"python benchmarks/private_matching.py --values {asked.values} --rounds {asked.rounds}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "values": asked.values,
        "rounds": asked.rounds,
        "per_second": rates,
    }
    publish(asked.results, "private-matching", measured, _table(measured))
    sys.exit(0 if rates["holder: evaluate and prove, one batch"] >= _TARGET else 1)


def _steps(count: int, folder: Path) -> dict[str, tuple[int, Callable[[], Any]]]:
    """Name → how many values, and what is done with them."""
    plain = load_ristretto()
    group = fast_ristretto(plain)
    key = derive_key(group, bytes(32), b"bench")
    mails = [f"customer.{number}@example.org" for number in range(count * _CHEAP)]
    inputs = [private_input(IndicatorKind.EMAIL, one) for one in mails]
    few = inputs[:count]
    blinded = blind(group, few)
    answer = evaluate(group, key, blinded.elements)
    raw, into = group._multiply, ctypes.create_string_buffer(32)  # noqa: SLF001  # the library's own call
    secret, pair = key.secret, pair_key(bytes(32), "bench")
    single = Blinded(few[:1], blinded.blinds[:1], blinded.elements[:1])
    connection = open_matching(folder / "match.db")
    now = time.time()
    opening = Opening(name="bench", begins_at=now, ends_at=now + 86_400.0, quota=10**9)
    epoch = open_epoch(connection, group, opening, by="bench", at=now)
    holder = MatchHolder(connection, group, clock=time.time)
    return {
        _LIMIT: (count, lambda: [raw(into, secret, one) for one in blinded.elements]),
        "holder: evaluate": (count, lambda: [group.multiply(key.secret, one) for one in blinded.elements]),
        "holder: evaluate and prove, one batch": (count, lambda: evaluate(group, key, blinded.elements)),
        "holder: the same by libsodium alone": (count, lambda: evaluate(plain, key, blinded.elements)),
        "holder: evaluate and prove, with quota and audit": (
            count,
            lambda: holder.answer("lab-a", epoch.id, blinded.elements),
        ),
        "holder: evaluate and prove, one by one": (
            64,
            lambda: [evaluate(group, key, single.elements) for _ in range(64)],
        ),
        "member: blind": (count, lambda: blind(group, few)),
        "member: check the proof": (
            count,
            lambda: is_proven(group, key.public, blinded.elements, answer.elements, answer.proof),
        ),
        "member: check and finalise": (count, lambda: finalise(group, blinded, [(key.public, answer)])),
        "either: bring a mail address into its form": (
            len(mails),
            lambda: [private_input(IndicatorKind.EMAIL, one) for one in mails],
        ),
        "pair: HMAC-SHA-256": (len(inputs), lambda: [pair.token(one) for one in inputs]),
        "plain SHA-256, which hides nothing": (
            len(inputs),
            lambda: [hashlib.sha256(one).digest() for one in inputs],
        ),
    }


def _per_second(count: int, step: Callable[[], Any]) -> float:
    before = time.process_time()
    step()
    return count / (time.process_time() - before)


def _table(measured: dict[str, Any]) -> str:
    rates = measured["per_second"]
    lines = [
        "# What a token of private matching costs",
        "",
        (
            f"`{measured['command']}`, stillwatch {measured['version']}, Python {measured['python']}, "
            f"{measured['cores']} cores, load {measured['load_average']:.1f} when it ended, {measured['measured_at']}. "
            f"Values per second of processor time on one core, medians of {measured['rounds']} interleaved rounds."
        ),
        "",
        "| Step | values/s a core | beside one multiplication |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {rate:,.0f} | {rate / rates[_LIMIT]:.2f} |" for name, rate in rates.items()),
        "",
        f"The target is {_TARGET:,} evaluations a second and core.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
