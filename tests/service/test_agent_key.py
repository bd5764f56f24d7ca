"""Against the real ssh-agent, and against what is none."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from key_holders import ssh_agent
from stillwatch.core.errors import SettingsError
from stillwatch.service.agent_key import AgentKey, open_agent_key
from stillwatch.signing.agent_protocol import framed, key_blob

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """The path of a socket has to be short."""
    with TemporaryDirectory(prefix="a") as folder:
        yield Path(folder)


def test_the_real_agent_signs_as_the_file_does(tmp_path: Path) -> None:
    with ssh_agent(tmp_path) as agent:
        key = open_agent_key(agent.address.removeprefix("agent:"), agent.socket)
        in_file = load_ssh_private_key(agent.file.read_bytes(), None)
        assert key.public_key() == in_file.public_key()
        assert key.sign(b"evidence") == in_file.sign(b"evidence")  # type: ignore[union-attr, call-arg]  # Ed25519
        with pytest.raises(SettingsError, match=r"no key SHA256:other"):
            open_agent_key("SHA256:other", agent.socket)
    with pytest.raises(SettingsError, match=r"does not answer|no ssh-agent"):
        key.sign(b"evidence")


def test_who_may_connect_may_sign(short_folder: Path) -> None:
    path = short_folder / "s"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
        path.chmod(0o666)
        short_folder.chmod(0o755)
        with pytest.raises(SettingsError, match="everybody may use"):
            open_agent_key("SHA256:x", str(path))


@pytest.mark.parametrize("address", [None, "", "/nowhere/agent", "/etc/hostname"])
def test_where_no_agent_is(address: str | None) -> None:
    with pytest.raises(SettingsError):
        open_agent_key("SHA256:x", address)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "cut off"),
        (b"\xff\xff\xff\xff", "answers with"),
        (framed(b"\x05"), "refuses"),
        (framed(b"\x0e" + framed(framed(b"ssh-ed25519") + framed(bytes(64)))), "no signature of its key"),
    ],
    ids=["hangs up", "too much", "refuses", "a wrong signature"],
)
def test_an_agent_that_misbehaves(answer: bytes, why: str, short_folder: Path) -> None:
    path = short_folder / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(SettingsError, match=why):
            AgentKey(key_blob(bytes(32)), bytes(32), path).sign(b"data")
        thread.join()
