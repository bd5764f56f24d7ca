"""LiteLLM's own client of the generic guardrail API asks the guard."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway_stand import Stand, stand_up, tear_down
from litellm_proxy import PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason=f"LiteLLM is not installed in {PYTHON.parents[1]}; `make test` installs it"
)
ASK = """
import asyncio, json, sys
from litellm.proxy.guardrails.guardrail_hooks.generic_guardrail_api.generic_guardrail_api import GenericGuardrailAPI

async def main():
    guardrail = GenericGuardrailAPI(api_base=sys.argv[1], guardrail_name="stillwatch", event_hook="pre_call")
    inputs = {"texts": ["Hi"], "structured_messages": [{"role": "user", "content": "Hi"}], "model": "m"}
    found = []
    for account in sys.argv[2:]:
        request = {"metadata": {"user_api_key_user_id": account, "user_api_key_hash": "a1b2"}}
        try:
            await guardrail.apply_guardrail(inputs=inputs, request_data=request, input_type="request")
            found.append("")
        except Exception as error:
            found.append(str(error))
    print(json.dumps(found))

asyncio.run(main())
"""


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = stand_up(tmp_path)
    yield made
    tear_down(made)


def test_litellm_lets_through_and_blocks_as_it_is_told(stand: Stand) -> None:
    address = f"http://127.0.0.1:{stand.ports['guard']}"
    accounts = ("acct-honest", "acct-closed", "acct-trial", "acct-trial", "acct-trial")
    command = [str(PYTHON), "-c", ASK, address, *accounts]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    honest, closed, *trial = json.loads(done.stdout.splitlines()[-1])
    assert honest == ""
    assert closed.startswith("This account is closed. Questions: trust@lab.example. Reference: d-")
    assert [one == "" for one in trial] == [True, True, False]
    assert "Try again in" in trial[-1]
