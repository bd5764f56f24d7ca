"""A real LiteLLM proxy before the mock model, with our guardrail in it.

Its accounts are the users that keys name: with key `sk-a-1` one is user `a-1` of team `t-1`. LiteLLM lives in an
environment of its own beside the one that runs the tests (`make test` makes it), since it pins what we do not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from typing import TYPE_CHECKING, Any, Self

import stillwatch
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

PYTHON = Path(sys.prefix) / "litellm" / "bin" / "python"
_STARTS_WITHIN_S = 90.0
_CONFIG = """
model_list:
  - model_name: m
    litellm_params: {{model: openai/m, api_base: "{upstream}/v1", api_key: none}}
  - model_name: small
    litellm_params: {{model: openai/small, api_base: "{upstream}/v1", api_key: none}}
  - model_name: claude
    litellm_params: {{model: anthropic/claude, api_base: "{upstream}", api_key: none}}
guardrails:
  - guardrail_name: stillwatch
    litellm_params:
      guardrail: stillwatch.faces.gateway.litellm_guard.StillwatchGuard
      mode: [pre_call, post_call]
      default_on: true
general_settings:
  custom_auth: keys.check
  use_x_forwarded_for: true
litellm_settings:
  callbacks: [keys.LOGGED]
  num_retries: 0
  telemetry: false
"""
_KEYS = """
import json
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy._types import UserAPIKeyAuth

async def check(request, api_key):
    if not api_key.startswith("sk-"):
        raise ValueError("no key")
    return UserAPIKeyAuth(api_key=api_key, user_id=api_key.removeprefix("sk-"), team_id="t-1", org_id="o-1")

class Logged(CustomLogger):
    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        with open("logged.jsonl", "a") as file:
            file.write(json.dumps(kwargs["standard_logging_object"], default=str) + "\\n")

LOGGED = Logged()
"""


class LiteLLMProxy:
    """Started in a folder; its policy and its standings are files there, and may be replaced at any time."""

    def __init__(self, folder: Path, upstream: str, policy: str, standings: bytes) -> None:
        self.folder = folder
        self.policy = folder / "policy.toml"
        self.standings = folder / "standings.bin"
        self.log = folder / "proxy.log"
        self.policy.write_text(policy)
        write_whole(self.standings, standings)
        (folder / "guard.toml").write_text('policy = "policy.toml"\nstandings = "standings.bin"\nstate = "guard.db"\n')
        (folder / "config.yaml").write_text(_CONFIG.format(upstream=upstream))
        (folder / "keys.py").write_text(_KEYS)
        with create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603  # ours
                [PYTHON, "-m", "litellm.proxy.proxy_cli", *self._options()],
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + _STARTS_WITHIN_S
        while not self._is_up():
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < until, "the proxy does not answer"
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def cpu_s(self) -> float:
        """Seconds of CPU that the proxy has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _options(self) -> list[str]:
        return ["--config", "config.yaml", "--port", str(self.port), "--host", "127.0.0.1"]

    def _environment(self) -> Mapping[str, Any]:
        return os.environ | {
            "PYTHONPATH": str(Path(stillwatch.__file__).parents[1]),
            "STILLWATCH_SETTINGS": str(self.folder / "guard.toml"),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_MASTER_KEY": "sk-master",
            "DISABLE_ADMIN_UI": "True",
        }

    def _is_up(self) -> bool:
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
            connection.request("GET", "/health/liveliness")
            return connection.getresponse().status == 200
        except OSError:
            return False
