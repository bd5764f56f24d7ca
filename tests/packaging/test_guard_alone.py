"""The guard as a distribution of its own: what it needs, and nothing else."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "packaging" / "guard"
_LOADED = """
import json, sys
import stillwatch.faces.cli.serve_command, stillwatch.faces.gateway.guard_process
import stillwatch.faces.gateway.asgi_middleware, stillwatch.faces.gateway.litellm_call
import stillwatch.faces.gateway.litellm_reply, stillwatch.faces.gateway.open_point
from stillwatch.faces.gateway.routes import dialects
dialects()
print(json.dumps([module.__file__ for name, module in sys.modules.items() if name.startswith("stillwatch.")]))
"""
_MOST_BYTES = 25 << 20


def included() -> dict[str, str]:
    document = tomllib.loads((PACKAGE / "pyproject.toml").read_text())
    found = document["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return {str((PACKAGE / source).resolve()): target for source, target in found.items()}


def test_it_holds_every_file_that_the_server_loads() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    roots = [Path(source) for source in included()]
    loaded = [Path(file) for file in json.loads(done.stdout)]
    missing = [file for file in loaded if not any(file.is_relative_to(root) for root in roots)]
    assert missing == [], f"add them to the end of {PACKAGE / 'pyproject.toml'}"
    assert [str(root) for root in roots if not root.exists()] == []


def test_it_needs_what_the_extra_needs_in_the_same_versions() -> None:
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    alone = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    known = {
        *whole["dependencies"],
        *whole["optional-dependencies"]["guard"],
        *whole["optional-dependencies"]["valkey"],
    }
    wanted = {*alone["dependencies"], *(one for extra in alone["optional-dependencies"].values() for one in extra)}
    assert wanted - known == set()
    assert alone["version"] == whole["version"]


@pytest.mark.slow
def test_installed_alone_it_serves_and_stays_small(tmp_path: Path) -> None:
    run("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(PACKAGE))
    run("-m", "venv", str(tmp_path / "venv"))
    python = tmp_path / "venv" / "bin" / "python"
    before = size_of(tmp_path / "venv")
    wheel = next(tmp_path.glob("stillwatch_guard-*.whl"))
    pip = ("-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(wheel))
    run(*pip, program=str(python))
    assert size_of(tmp_path / "venv") - before < _MOST_BYTES
    listed = run("-m", "pip", "list", "--format", "json", program=str(python))
    names = {one["name"].lower() for one in json.loads(listed)}
    assert names - {"pip", "setuptools"} == {"stillwatch-guard", "click", "httptools", "orjson", "uvloop", "xxhash"}
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    (tmp_path / "policy.toml").write_text('version = "1"\n')
    (tmp_path / "serve.toml").write_text(f'policy = "policy.toml"\n[listen]\naddress = "127.0.0.1:{port}"\n')
    command = [str(python.parent / "stillwatch-guard"), "--settings", str(tmp_path / "serve.toml")]
    with subprocess.Popen(command, cwd=tmp_path, env={}) as process:  # noqa: S603  # ours
        try:
            assert decided(port)["policy_version"] == "1"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def run(*arguments: str, program: str = sys.executable) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    return done.stdout


def decided(port: int) -> dict[str, object]:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("POST", "/decide", b'{"account_id": "a-1"}')
            return json.loads(connection.getresponse().read())
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the guard did not start")


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
