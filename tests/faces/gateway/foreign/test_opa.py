"""Open Policy Agent's own client asks the guard as if it were OPA's server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_stand import CHAT, Stand, stand_up, tear_down
from npm_packages import MODULES, node

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "@open-policy-agent/opa"
ASK = """
import {{ OPAClient }} from "{module}";
const opa = new OPAClient(process.argv[2]), found = [];
for (const account of process.argv.slice(3)) {{
  const input = {{ account_id: account, path: "{path}", body: {{ model: "m" }} }};
  found.push(await opa.evaluate("stillwatch/decision", input));
}}
console.log(JSON.stringify(found));
"""


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    node(PACKAGE)
    made = stand_up(tmp_path)
    yield made
    tear_down(made)


def test_opas_client_gets_decisions_as_it_would_from_opa(stand: Stand) -> None:
    script = stand.folder / "ask.mjs"
    script.write_text(ASK.format(module=MODULES / PACKAGE / "dist" / "commonjs" / "index.js", path=CHAT))
    accounts = ("acct-honest", "acct-closed", "acct-trial", "acct-trial", "acct-trial")
    command = [node(PACKAGE), str(script), f"http://127.0.0.1:{stand.ports['guard']}", *accounts]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    honest, closed, *trial = json.loads(done.stdout)
    assert (honest["allow"], honest["action"], honest["reasons"]) == (True, "allow", [])
    assert (closed["allow"], closed["action"], closed["status"]) == (False, "block", 403)
    assert closed["reasons"][0].startswith("This account is closed. Questions: trust@lab.example. Reference: d-")
    assert [one["allow"] for one in trial] == [True, True, False]
    assert 1 <= trial[-1]["retry_after_s"] <= 30
