"""Real holders of keys for tests: an ssh-agent, and a token of SoftHSM; what is missing skips the test and says so."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "3141"
_MAKE_KEY = """
import sys
import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism
token = pkcs11.lib(sys.argv[1]).get_token(token_label="evidence")
with token.open(rw=True, user_pin=sys.argv[2]) as session:
    curve = {Attribute.EC_PARAMS: bytes.fromhex("06032b6570")}
    parameters = session.create_domain_parameters(KeyType.EC_EDWARDS, curve, local=True)
    make = parameters.generate_keypair
    make(mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="log", id=b"\\x01")
    make(mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="twin", id=b"\\x02")
    make(mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="twin", id=b"\\x03")
    curve = {Attribute.EC_PARAMS: bytes.fromhex("06082a8648ce3d030107")}
    parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
    parameters.generate_keypair(store=True, label="p256", id=b"\\x04")
"""


class Agent(NamedTuple):
    socket: str
    address: str
    """Of the key that it holds, as `--key` has it."""
    file: Path
    """Of the same key, in OpenSSH's form."""


@contextmanager
def ssh_agent(folder: Path) -> Iterator[Agent]:
    """An agent of its own with one key of Ed25519."""
    if not all(map(which, ("ssh-agent", "ssh-add", "ssh-keygen"))):
        pytest.skip("no ssh-agent: install openssh-client")
    # The path of a socket is short; that of a test's folder may not be.
    socket, file = Path("/tmp") / f"agent-{os.getpid()}-{abs(hash(folder)) % 10**8}", folder / "id"  # noqa: S108  # removed below
    running = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)  # noqa: S603, S607  # of this machine
    try:
        environment = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "evidence", "-f", str(file))
        for _ in range(200):
            if socket.exists():
                break
            _run(sys.executable, "-c", "import time; time.sleep(0.01)")
        _run("ssh-add", "-q", str(file), environment=environment)
        shown = _run("ssh-add", "-l", environment=environment)
        yield Agent(str(socket), f"agent:{shown.split()[1]}", file)
    finally:
        running.terminate()
        running.wait()
        socket.unlink(missing_ok=True)


def soft_token(folder: Path, patch: pytest.MonkeyPatch) -> str:
    """The address, without its query, of a key in a token that was made for this test; the module is SOFTHSM."""
    pytest.importorskip("pkcs11", reason="no python-pkcs11: pip install 'stillwatch[tokens]'")
    if not SOFTHSM.exists() or not which("softhsm2-util"):
        pytest.skip("no SoftHSM: install softhsm2")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    patch.setenv("SOFTHSM2_CONF", str(settings))
    _run("softhsm2-util", "--init-token", "--free", "--label", "evidence", "--pin", PIN, "--so-pin", "2718")
    _run(sys.executable, "-c", _MAKE_KEY, str(SOFTHSM), PIN)
    return f"pkcs11:token=evidence;object=log?module-path={SOFTHSM}"


def _run(*command: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603  # of a test
    return done.stdout
