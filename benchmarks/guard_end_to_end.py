"""Replay a composed campaign as live traffic through a real LiteLLM proxy with the guard in it: when is it stopped?

    python benchmarks/guard_end_to_end.py --scenario hand_over --scale 0.1 --seed 3

Everything is the real thing but the model, which answers as the log says, and the clock: a step of the log's time is
sent as fast as the proxy takes it, then the replay waits until what was logged has been taken in and looked at, as a
round of seconds does while hours go by. The exchanges' own times reach the log through their metadata: a relay between
LiteLLM's callback and the feed writes them in place of the proxy's. Bans become known in their own time.

LiteLLM -> relay -> `stillwatch feed` -> `stillwatch watch` -> standings.bin -> the guard in LiteLLM.

Writes benchmarks/results/guard-end-to-end.json.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pyarrow.parquet as pq
from aiohttp import web

from processes import free_port
from stillwatch.guard.standings import Standings

_ROOT = Path(__file__).parents[1]
_AT_ONCE = 8
_PATIENCE_S = 180.0
_SETTLES_S = 2.5
"""LiteLLM sends each second what it has to log; a longer silence means that it has sent everything."""
_POLICY = """
version = "end-to-end"
mode = "enforce"

[[rule]]
name = "stop the operator"
roles = ["operator"]
keys = ["account"]
least_confidence = 0.9
respond = "block"
"""
_CONFIG = """
model_list:
{models}
guardrails:
  - guardrail_name: stillwatch
    litellm_params:
      guardrail: stillwatch.faces.gateway.litellm_guard.StillwatchGuard
      mode: [pre_call, post_call]
      default_on: true
general_settings:
  custom_auth: keys.check
  use_x_forwarded_for: true
router_settings:
  disable_cooldowns: true
  num_retries: 0
litellm_settings:
  callbacks: ["feed"]
  num_retries: 0
  telemetry: false
callback_settings:
  feed:
    callback_type: generic_api
    endpoint: {relay}/litellm
    headers: {{X-From: litellm}}
    max_retries: 8
    retry_delay: 0.5
"""
_KEYS = """
import json
from litellm.proxy._types import UserAPIKeyAuth

USERS = json.load(open("keys.json"))

async def check(request, api_key):
    return UserAPIKeyAuth(api_key=api_key, user_id=USERS[api_key])
"""


class Model:
    """Answers each conversation as it was answered in the log, and hands the callback's batches on with their times."""

    def __init__(self, records: list[dict[str, Any]], feed: str) -> None:
        self._replies: dict[bytes, list[dict[str, Any]]] = {}
        for record in records:
            self._replies.setdefault(_asked(record["messages"]), []).append(record)
        self._feed = feed
        self._session: aiohttp.ClientSession | None = None
        self.logged = 0
        self.logged_at = 0.0
        self.asked_at = 0.0
        self.step_at = 0.0

    async def start(self) -> str:
        app = web.Application(client_max_size=1 << 28)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/litellm", self._relay)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._session = aiohttp.ClientSession()
        self._runner = runner
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def end(self) -> None:
        if self._session is not None:
            await self._session.close()
        await self._runner.cleanup()

    async def settled(self) -> float:
        """Wait until LiteLLM has sent what it will send; give when the last batch came."""
        while (left := max(self.logged_at, self.asked_at) + _SETTLES_S - time.time()) > 0:  # noqa: ASYNC110  # of batches
            await asyncio.sleep(left)
        return self.logged_at

    async def _complete(self, request: web.Request) -> web.Response:
        self.asked_at = time.time()
        body = await request.json()
        waiting = self._replies[_asked(body["messages"])]
        record = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if record["status"] != "success":
            error = record["error_information"] or {}
            return web.json_response({"error": {"message": "as logged"}}, status=int(error.get("error_code") or 500))
        return web.json_response(record["response"])

    async def _relay(self, request: web.Request) -> web.Response:
        assert self._session is not None  # noqa: S101  # made before it is asked
        batch = await request.json()
        for one in batch:
            said = (one["metadata"].get("requester_metadata") or {}).get("replay") or {}
            one["startTime"], one["endTime"] = said.get("started", self.step_at), said.get("ended", self.step_at)
        async with self._session.post(f"{self._feed}/litellm", data=json.dumps(batch)) as answer:
            if answer.status == 200:
                self.logged += len(batch)
                self.logged_at = time.time()
            return web.Response(status=answer.status, body=await answer.read())


def _asked(messages: Any) -> bytes:
    return json.dumps(messages, sort_keys=True).encode()


class Replay:
    """One run in a folder."""

    def __init__(self, folder: Path, litellm: Path, options: argparse.Namespace) -> None:
        self.folder, self.litellm, self.options = folder, litellm, options
        self.live = folder / "live"
        log = sorted((folder / "range" / "log").iterdir())
        self.records = sorted(
            (json.loads(line) for file in log for line in file.read_bytes().splitlines()),
            key=lambda one: one["startTime"],
        )
        truth = pq.read_table(folder / "range" / "truth.parquet").to_pylist()
        self.harvesters = {one["account_id"] for one in truth if one["label"] == "campaign"}
        self.harvest = {one["exchange_id"] for one in truth if one["label"] == "campaign" and not one["is_cover"]}
        self.counts: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()
        self.rounds: list[dict[str, Any]] = []

    async def run(self) -> dict[str, Any]:
        with contextlib.ExitStack() as running:
            feed_port, proxy_port = free_port(), free_port()
            self._started(running, "feed", "--listen", f"127.0.0.1:{feed_port}", "--out", "feed")
            model = Model(self.records, f"http://127.0.0.1:{feed_port}")
            self._write(await model.start())
            proxy = self._started_litellm(running, proxy_port)
            async with aiohttp.ClientSession() as session:
                await _until(lambda: _is_up(session, proxy_port, proxy), "LiteLLM answers")
                self._write_accounts(self.records[0]["startTime"])
                await self._replay(session, model, proxy_port, running)
            await model.end()
        return self._result()

    async def _replay(self, session: Any, model: Model, port: int, running: contextlib.ExitStack) -> None:
        step_s = self.options.step_h * 3600
        began = self.records[0]["startTime"]
        live = self._write_what_came_before(began + self.options.live_from_h * 3600)
        end = began + self.options.live_from_h * 3600 + step_s
        sent, watched, is_flagged = 0, False, False
        batch: list[dict[str, Any]] = []
        for record in [*live, None]:
            if record is not None and record["startTime"] < end:
                batch.append(record)
                continue
            model.step_at = end
            await self._send(session, port, batch)
            sent += len(batch)
            done_at = time.time()
            logged_at = await model.settled()
            self._write_accounts(end)
            if not watched:
                accounts = ("--accounts", "accounts.csv", "--authorised", "range/authorised.toml")
                self._started(
                    running, "watch", "feed", "--out", "live", *accounts, "--every", "1s", "--workers", "1", "--quiet"
                )
                watched = True
            if watched:
                await _until(lambda: _true(self._is_looked_at()), "the watch has taken it in")
            published_at = (self.live / "watch.json").stat().st_mtime
            members = self._standing_harvesters()
            self.rounds.append(
                {
                    "until": datetime.fromtimestamp(end, UTC).isoformat(),
                    "sent": sent,
                    "logged": model.logged,
                    "denied": sum(self.denied.values()),
                    "flagged_accounts": len(members),
                    "logged_after_s": round(logged_at - done_at, 2),
                    "published_after_s": round(max(0.0, published_at - logged_at), 2),
                }
            )
            print(json.dumps(self.rounds[-1]), flush=True)
            if members and not is_flagged:
                is_flagged = True
                self.flagged_at = end
            await asyncio.sleep(1.0)
            end += step_s
            while record is not None and record["startTime"] >= end:
                end += step_s
            batch = [record] if record is not None else []
            if self.options.until_h and end - began > self.options.until_h * 3600:
                return

    def _write_what_came_before(self, live_from: float) -> list[dict[str, Any]]:
        """Log as served what came before the guard; give the rest."""
        before = [one for one in self.records if one["startTime"] < live_from]
        for one in before:
            whose = "campaign" if one["litellm_call_id"] in self.harvest else "other"
            self.counts[f"{whose} served"] += 1
        folder = self.folder / "feed" / "litellm"
        folder.mkdir(parents=True)
        (folder / "before.jsonl").write_text("".join(json.dumps(one) + "\n" for one in before))
        return self.records[len(before) :]

    async def _send(self, session: Any, port: int, batch: list[dict[str, Any]]) -> None:
        waiting = iter(batch)

        async def work() -> None:
            for record in waiting:
                await self._ask(session, port, record)

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))

    async def _ask(self, session: Any, port: int, record: dict[str, Any]) -> None:
        metadata = record["metadata"]
        times = {"started": record["startTime"], "ended": record["endTime"]}
        body = {
            **record["model_parameters"],
            "model": record["model_group"],
            "messages": record["messages"],
            "metadata": {"replay": times},
        }
        headers = {
            "Authorization": f"Bearer sk-{metadata['user_api_key_hash']}",
            "X-Forwarded-For": metadata["requester_ip_address"] or "",
            "User-Agent": metadata["user_agent"] or "",
        }
        async with session.post(f"http://127.0.0.1:{port}/v1/chat/completions", json=body, headers=headers) as answer:
            await answer.read()
            account = metadata["user_api_key_user_id"]
            whose = "campaign" if record["litellm_call_id"] in self.harvest else "other"
            if "x-stillwatch-decision" in answer.headers:
                self.denied[account] += 1
                self.counts[f"{whose} denied"] += 1
            else:
                self.counts[f"{whose} served"] += 1
                self.counts[f"status {answer.status}"] += 1

    def _result(self) -> dict[str, Any]:
        counts = self.counts
        harvest = counts["campaign served"] + counts["campaign denied"]
        began = min(one["startTime"] for one in self.records if one["litellm_call_id"] in self.harvest)
        flagged_at = getattr(self, "flagged_at", None)
        honest = {account: count for account, count in self.denied.items() if account not in self.harvesters}
        return {
            "scenario": self.options.scenario,
            "scale": self.options.scale,
            "seed": self.options.seed,
            "step_h": self.options.step_h,
            "live_from_h": self.options.live_from_h,
            "until_h": self.options.until_h,
            "requests_through_litellm": sum(counts[name] for name in counts if name.startswith("status"))
            + sum(self.denied.values()),
            "command": _command(self.options),
            "exchanges": sum(counts[name] for name in counts if not name.startswith("status")),
            "campaign_exchanges": len(self.harvest),
            "campaign_exchanges_asked_for": harvest,
            "campaign_exchanges_served": counts["campaign served"],
            "campaign_exchanges_denied": counts["campaign denied"],
            "served_share": round(counts["campaign served"] / len(self.harvest), 4),
            "campaign_accounts": len(self.harvesters),
            "flagged_after_h": None if flagged_at is None else round((flagged_at - began) / 3600, 1),
            "campaign_accounts_denied": len([one for one in self.denied if one in self.harvesters]),
            "honest_accounts_denied": len(honest),
            "honest_requests_denied": sum(honest.values()),
            "answers": {name: counts[name] for name in sorted(counts) if name.startswith("status")},
            "logged_share": round(self.rounds[-1]["logged"] / max(1, self.rounds[-1]["sent"]), 4),
            "seconds_from_last_answer_to_log": _median([one["logged_after_s"] for one in self.rounds]),
            "seconds_from_log_to_standings": _median([one["published_after_s"] for one in self.rounds]),
            "rounds": self.rounds,
        }

    def _is_looked_at(self) -> bool:
        """Whether the watch has taken in every file as it lies there."""
        state = self.live / "watch.json"
        if not state.exists() or not (self.live / "standings.bin").exists():
            return False
        seen = {path: size for path, size, _ in json.loads(state.read_bytes())["seen"]}
        files = sorted((self.folder / "feed").rglob("*.jsonl"))
        return all(seen.get(str(one.relative_to(self.folder))) == one.stat().st_size for one in files)

    def _standing_harvesters(self) -> set[str]:
        file = self.live / "standings.json"
        if not file.exists():
            return set()
        Standings((self.live / "standings.bin").read_bytes())  # what the guard maps must be whole
        return {one["account_id"] for one in json.loads(file.read_bytes())["standings"]} & self.harvesters

    def _write(self, model: str) -> None:
        names = sorted({one["model_group"] for one in self.records})
        models = "\n".join(
            f"  - model_name: {name}\n"
            f'    litellm_params: {{model: openai/{name}, api_base: "{model}/v1", api_key: none}}'
            for name in names
        )
        keys = {
            f"sk-{one['metadata']['user_api_key_hash']}": one["metadata"]["user_api_key_user_id"]
            for one in self.records
        }
        (self.folder / "config.yaml").write_text(_CONFIG.format(models=models, relay=model))
        (self.folder / "keys.py").write_text(_KEYS)
        (self.folder / "keys.json").write_text(json.dumps(keys))
        (self.folder / "policy.toml").write_text(_POLICY)
        (self.folder / "guard.toml").write_text('policy = "policy.toml"\nstandings = "live/standings.bin"\n')

    def _write_accounts(self, until: float) -> None:
        """The accounts file as it stood at a time: bans that come later are not known."""
        now = datetime.fromtimestamp(until, UTC).isoformat()
        with (self.folder / "range" / "accounts.csv").open() as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row["banned_at"] and row["banned_at"] > now:
                row["banned_at"] = ""
        with (self.folder / ".accounts.csv").open("w") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(row for row in rows if row["created_at"] <= now)
        (self.folder / ".accounts.csv").replace(self.folder / "accounts.csv")

    def _started(self, running: contextlib.ExitStack, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "stillwatch", *arguments]
        return self._process(running, arguments[0], command, os.environ | {})

    def _started_litellm(self, running: contextlib.ExitStack, port: int) -> subprocess.Popen[bytes]:
        command = [str(self.litellm), "-m", "litellm.proxy.proxy_cli", "--config", "config.yaml"]
        environment = os.environ | {
            "PYTHONPATH": str(_ROOT / "src"),
            "STILLWATCH_SETTINGS": str(self.folder / "guard.toml"),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_MASTER_KEY": "sk-master",
            "DEFAULT_FLUSH_INTERVAL_SECONDS": "1",
            "DISABLE_ADMIN_UI": "True",
        }
        return self._process(running, "litellm", [*command, "--port", str(port), "--host", "127.0.0.1"], environment)

    def _process(
        self, running: contextlib.ExitStack, name: str, command: list[str], environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        log = running.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

        def end() -> None:
            process.terminate()
            process.wait(30)

        running.callback(end)
        return process


async def _is_up(session: Any, port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise SystemExit("LiteLLM ended; see litellm.log")
    try:
        async with session.get(f"http://127.0.0.1:{port}/health/liveliness") as answer:
            return bool(answer.status == 200)
    except aiohttp.ClientError:
        return False


async def _true(value: bool) -> bool:
    return value


async def _until(holds: Any, what: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not await holds():
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain until {what}")
        await asyncio.sleep(0.05)


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _command(options: argparse.Namespace) -> str:
    """What was run, without where."""
    named = ("scenario", "scale", "seed", "step_h", "live_from_h", "until_h")
    said = [f"--{name.replace('_', '-')} {getattr(options, name)}" for name in named]
    return " ".join(["python benchmarks/guard_end_to_end.py", *said])


def compose(options: argparse.Namespace, folder: Path) -> None:
    arguments = ["--out", str(folder / "range"), "--scale", str(options.scale), "--seed", str(options.seed)]
    subprocess.run(
        [sys.executable, "-m", "stillwatch", "range", "compose", options.scenario, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", default="hand_over")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--step-h", type=float, default=6.0)
    parser.add_argument(
        "--live-from-h", type=float, default=0.0, help="Hours of the log that were served before the guard came."
    )
    parser.add_argument("--until-h", type=float, default=0.0, help="Stop after so many hours of the log; 0 = its end.")
    parser.add_argument("--work", type=Path, default=Path("out/guard-end-to-end"))
    parser.add_argument("--litellm", type=Path, default=Path(sys.prefix) / "litellm" / "bin" / "python")
    parser.add_argument("--result", type=Path, default=_ROOT / "benchmarks" / "results" / "guard-end-to-end.json")
    options = parser.parse_args()
    folder = options.work.resolve()
    folder.mkdir(parents=True)
    compose(options, folder)
    result = asyncio.run(Replay(folder, options.litellm, options).run())
    options.result.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
