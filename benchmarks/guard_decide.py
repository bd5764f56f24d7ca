"""What a decision costs in the process that asks for it: `python benchmarks/guard_decide.py [--standings 1000000]`.

A table of a million standings is built, written, mapped into memory and asked, with the example policy enforced. Each
call is timed by itself, by the wall and by processor time; on a busy machine the wall's tail is that of the scheduler.
Beside it, in the same run, stand yardsticks: nine look-ups in a dictionary of as many keys, and decoding the same body
with Python's own json and with orjson. Then a million requests go through one guard: pauses for garbage collection are
counted, and resident memory is looked at on the way. Writes benchmarks/results/guard-decide.json and .md.
"""

from __future__ import annotations

import argparse
import gc
import json
import mmap
import os
import platform
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from guard_bodies import agent_body, chat_body
from publish import publish
from stillwatch.core.identity import Identity
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.core.version import VERSION
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded, decide
from stillwatch.guard.guard import Guard
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.read_request import facts_of
from stillwatch.guard.standings import Standings
from stillwatch.guard.template_keys import TemplateKeys
from stillwatch.wire.headers import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.core.decision import Decision

_HERE: Final = Path(__file__).parent
_NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
_AT: Final = _NOW.timestamp()
_SALT: Final = 7
_CALLS: Final = 100_000
_CALLS_OF_BODIES: Final = 1_000
_LEAST_CALLS: Final = 200
_HEADERS: Final = Headers(
    [
        ("host", "api.lab.example"),
        ("user-agent", "OpenAI/Python 1.99"),
        ("content-type", "application/json"),
        ("authorization", "Bearer sk-1"),
        ("x-forwarded-for", "192.0.2.7"),
        ("x-account", "honest-1"),
    ]
)
_IDENTITY: Final = Identity(account_header="x-account")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--standings", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.add_argument("--note", default="", help="a sentence about the machine, printed above the table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure(asked.standings, asked.requests, Path(folder)) | {"note": asked.note}
    publish(asked.results, "guard-decide", measured, _page(measured))


def _measure(standings: int, requests: int, folder: Path) -> dict[str, Any]:
    table, about_table = _table(standings, folder)
    policy = (_HERE.parent / "examples" / "guard" / "policy.toml").read_text("utf-8")
    guarded = Guarded(
        read_policy(policy.replace('mode = "shadow"', 'mode = "enforce"'), "policy.toml"), table, Budgets()
    )
    return {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
        "table": about_table,
        "decisions": _decisions(guarded, standings),
        "bodies": _bodies(guarded),
        "long_run": _long_run(guarded, requests, standings),
    }


def _table(rows: int, folder: Path) -> tuple[Standings, dict[str, Any]]:
    """Build, write, map and read a table in which every third account and every third key has a standing."""
    before, start = _rss_mib(), time.process_time()
    data = build(_rows(rows), seed=1, salt=_SALT)
    built_s = time.process_time() - start
    file = folder / "standings.bin"
    file.write_bytes(data)
    size = len(data)
    del data
    gc.collect()
    with_rows, start = _rss_mib(), time.process_time()
    with file.open("rb") as opened:
        table = Standings(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    return table, {
        "rows": rows,
        "size_mib": round(size / 2**20, 1),
        "built_s": round(built_s, 2),
        "read_ms": round(1e3 * (time.process_time() - start), 1),
        "rss_before_mib": round(before),
        "rss_mapped_mib": round(_rss_mib() - with_rows),
    }


def _rows(count: int) -> Iterator[KeyStanding]:
    expires_at = _NOW + timedelta(days=7)
    for number in range(count):
        is_account = number % 2 == 0
        yield KeyStanding(
            name=KeyName.ACCOUNT if is_account else KeyName.API_KEY,
            value=f"account-{number}" if is_account else f"{number:064x}",
            subject=f"c-{number // 40}",
            role=Role.OPERATOR if number % 4 else Role.REVIEW,
            confidence=0.5 + (number % 50) / 100,
            reason="keeps the hours of its fleet and shares its wording",
            since=_NOW,
            expires_at=expires_at,
        )
    for kind in (1, 2, 3, 4, 5):
        for key in range(200):
            trace = KeyStanding(
                name=KeyName.TEMPLATE,
                kind=kind,
                value=str(key),
                subject=f"c-{key}",
                role=Role.TRACE,
                confidence=0.9,
                reason="its template",
                since=_NOW,
                expires_at=expires_at,
            )
            yield trace


def _requests(standings: int) -> dict[str, RequestFacts]:
    prompt = TemplateKeys(_SALT).of(orjson.loads(chat_body(2_000))["messages"][1]["content"], "Be brief.").keys
    unknown = RequestFacts(
        "r-1",
        _AT,
        account_id="honest-1",
        api_key_id="f" * 64,
        org_id="honest",
        end_user_id="u-17",
        client_address="192.0.2.7",
        client_prefix="192.0.2",
        client="OpenAI/Python 1.99\x1fhost,user-agent\x1f",
        path="/v1/chat/completions",
        model="m-1",
        templates=prompt,
    )
    known = standings // 2 - standings // 2 % 4
    return {
        "of whom nothing is known": unknown,
        "in review, allowed and trimmed": unknown._replace(account_id=f"account-{known}"),
        "of an operator": unknown._replace(account_id=f"account-{known + 2}", api_key_id=f"{known + 3:064x}"),
        "with six traces of a campaign": unknown._replace(templates=((4, 7), (2, 7), (3, 7), (1, 7), (1, 8), (5, 9))),
    }


def _decisions(guarded: Guarded, standings: int) -> dict[str, dict[str, float]]:
    found = {name: _timed(lambda facts=facts: decide(facts, guarded)) for name, facts in _requests(standings).items()}  # type: ignore[misc]  # a default argument keeps the value of this round
    keys = {f"account-{number}": number for number in range(standings)}
    asked = [f"account-{number * 7}" for number in range(9)]
    found["yardstick: nine look-ups in a dictionary"] = _timed(lambda: [keys.get(key) for key in asked])
    found["yardstick: a call that does nothing"] = _timed(lambda: None)
    return found


def _bodies(guarded: Guarded) -> dict[str, dict[str, Any]]:
    templates = TemplateKeys(_SALT)
    made = {
        "chat, 1 KB": chat_body(1_000),
        "chat, 9 KB": chat_body(9_000),
        "chat, 86 KB": chat_body(86_000),
        "agent, 86 KB": agent_body(86_000),
        "agent, 860 KB": agent_body(860_000),
    }
    found: dict[str, dict[str, Any]] = {}
    for name, body in made.items():
        calls = max(_LEAST_CALLS, min(_CALLS_OF_BODIES, 100_000_000 // len(body)))
        guard = Guard(guarded, new_id=str)
        for _ in range(20):  # texts are known after a few requests
            guard.check(_facts(body, templates))
        found[name] = {
            "size_bytes": len(body),
            "facts and decision": _timed(lambda body=body, guard=guard: guard.check(_facts(body, templates)), calls),  # type: ignore[misc]  # as above
            "first time": _first_us(lambda body=body, guard=guard: guard.check(_facts(body, TemplateKeys(_SALT)))),  # type: ignore[misc]  # as above
            "yardstick: json": _timed(lambda body=body: json.loads(body), calls),  # type: ignore[misc]  # as above
            "yardstick: orjson": _timed(lambda body=body: orjson.loads(body), calls),  # type: ignore[misc]  # as above
        }
    return found


def _facts(body: bytes, templates: TemplateKeys) -> RequestFacts:
    return facts_of(
        request_id="",
        at=_AT,
        path="/v1/chat/completions",
        headers=_HEADERS,
        peer="127.0.0.1",
        body=body,
        is_whole=True,
        identity=_IDENTITY,
        templates=templates,
    )


def _long_run(guarded: Guarded, requests: int, standings: int) -> dict[str, Any]:
    """A million different requests, every tenth of them of somebody known, through a guard that reports each."""
    kinds = list(_requests(standings).values())
    reported, pauses_ms = [0], list[float]()
    began = [0]

    def report(facts: RequestFacts, decision: Decision) -> None:
        reported[0] += facts.at > 0 and bool(decision.policy_version)

    def collected(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            began[0] = time.perf_counter_ns()
        elif info["generation"] == 2:
            pauses_ms.append((time.perf_counter_ns() - began[0]) / 1e6)

    guard = Guard(guarded, new_id=lambda: f"d-{reported[0]}", on_decision=report)
    full_ms = _full_collection_ms()
    gc.freeze()
    frozen_ms = _full_collection_ms()
    picked, spent, memory = random.Random(1), list[int](), list[int]()
    gc.callbacks.append(collected)
    for number in range(requests):
        kind = kinds[picked.randrange(1, len(kinds))] if number % 10 == 0 else kinds[0]
        facts = kind._replace(request_id=f"r-{number}", at=_AT + number / 1000, end_user_id=f"u-{number}")
        start = time.perf_counter_ns()
        guard.check(facts)
        if number % 10 == 0 or number % 10 == 5:
            spent.append(time.perf_counter_ns() - start)
        if number % (requests // 10) == requests // 10 - 1:
            memory.append(round(_rss_mib()))
    gc.callbacks.remove(collected)
    gc.unfreeze()
    return {
        "requests": requests,
        "reported": reported[0],
        "full_collection_ms": round(full_ms, 2),
        "full_collection_frozen_ms": round(frozen_ms, 2),
        "full_collections": len(pauses_ms),
        "longest_pause_ms": round(max(pauses_ms, default=0.0), 2),
        "check_us": _quantiles(spent),
        "rss_mib": memory,
    }


def _full_collection_ms() -> float:
    start = time.perf_counter_ns()
    gc.collect()
    return (time.perf_counter_ns() - start) / 1e6


def _timed(call: Callable[[], object], calls: int = _CALLS) -> dict[str, float]:
    """Quantiles of one call's wall time, and its processor time, in microseconds."""
    for _ in range(calls // 10):
        call()
    walls, cpus = [], []
    for _ in range(calls):
        start = time.perf_counter_ns()
        call()
        walls.append(time.perf_counter_ns() - start)
    for _ in range(calls):
        start = time.thread_time_ns()
        call()
        cpus.append(time.thread_time_ns() - start)
    return _quantiles(walls) | {f"cpu_{name}": value for name, value in _quantiles(cpus).items()}


def _first_us(call: Callable[[], object]) -> float:
    """Processor time of a call that finds no word remembered: what one request may cost at most."""
    spent = []
    for _ in range(20):
        start = time.thread_time_ns()
        call()
        spent.append(time.thread_time_ns() - start)
    return round(sorted(spent)[len(spent) // 2] / 1e3, 1)


def _quantiles(spent_ns: list[int]) -> dict[str, float]:
    ordered = sorted(spent_ns)
    places = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    return {name: round(ordered[int(len(ordered) * share)] / 1e3, 2) for name, share in places.items()}


def _rss_mib() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


_PAGE: Final = """# A decision of the guard, in the process that asks

stillwatch {version}, Python {python}, {cores} cores, {measured_at}, load {load:.1f}{note}.
Microseconds; cpu = the thread's processor time, which on a busy machine is the part that is ours.

Standings: {rows:,} rows in {size_mib} MiB, built in {built_s} s, mapped and checked in {read_ms} ms.

| decide about a request | p50 | p99 | p99.9 | cpu p50 | cpu p99 | cpu p99.9 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{decided}

| body, from bytes to decision | bytes | p50 | cpu p50 | cpu p99 | cpu, words new | orjson, cpu p50 | json, cpu p50 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{read}

{requests:,} different requests through one guard, every tenth of somebody known: p50 {p50}, p99 {p99}, p99.9 {p999} µs
by the wall. A full collection of garbage takes {full_collection_ms} ms before and {full_collection_frozen_ms} ms after
`gc.freeze`; {full_collections} came by themselves, the longest {longest_pause_ms} ms. Resident memory after each tenth,
MiB: {memory}.
"""


def _page(measured: dict[str, Any]) -> str:
    run = measured["long_run"]
    quantiles = run["check_us"]
    return _PAGE.format(
        **measured | {"note": f"; {measured['note']}" if measured["note"] else ""},
        **measured["table"],
        **run,
        decided="\n".join(f"| {name} | {_cells(one)} |" for name, one in measured["decisions"].items()),
        read="\n".join(_body_line(name, one) for name, one in measured["bodies"].items()),
        p50=quantiles["p50"],
        p99=quantiles["p99"],
        p999=quantiles["p99.9"],
        memory=", ".join(map(str, run["rss_mib"])),
    )


def _body_line(name: str, one: dict[str, Any]) -> str:
    whole = one["facts and decision"]
    return (
        f"| {name} | {one['size_bytes']:,} | {whole['p50']} | {whole['cpu_p50']} | {whole['cpu_p99']} "
        f"| {one['first time']} | {one['yardstick: orjson']['cpu_p50']} | {one['yardstick: json']['cpu_p50']} |"
    )


def _cells(one: dict[str, float]) -> str:
    return " | ".join(str(one[name]) for name in ("p50", "p99", "p99.9", "cpu_p50", "cpu_p99", "cpu_p99.9"))


if __name__ == "__main__":
    main()
