"""The server as a process of its own, as an operator runs it."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from carried import carried, document, id_of
from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.faces.taxii.taxii_process import taxii_process
from stillwatch.service.sharing.taxii_client import START, TaxiiClient
from stillwatch.service.sharing.taxii_settings import TaxiiLimits, TaxiiListen
from stillwatch.service.sharing.taxii_way import Shown, TaxiiWay
from taxii_stand import IDENTITY_A, OPEN, path_of, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTINGS = f"""
store = "objects.db"
[listen]
address = "127.0.0.1:0"
[[collection]]
id = "{OPEN}"
title = "Open"
[[member]]
name = "lab-a"
secrets_sha256 = ["{sha256("secret-a")}"]
reads = ["*"]
writes = ["*"]
"""


class Running:
    """`stillwatch taxii serve`."""

    def __init__(self, folder: Path) -> None:
        settings = folder / "taxii.toml"
        settings.write_text(_SETTINGS, "utf-8")
        command = (sys.executable, "-m", "stillwatch", "taxii", "serve", "--settings", str(settings))
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603  # our own
        self.said = [self.process.stderr.readline()]
        found = re.search(r"listening on (http://\S+)/taxii2/", self.said[0])
        assert found, self.said[0] + self.process.stderr.read()
        self.url = found[1]

    def client(self) -> TaxiiClient:
        return TaxiiClient(TaxiiWay(self.url, Shown(secret="secret-a")))

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        _, rest = self.process.communicate(timeout=20)
        self.said.append(rest)
        return self.process.returncode


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    one = Running(folder)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        sent = [carried(letter, created_by_ref=IDENTITY_A).data for letter in "abc"]
        status = first.client().add(first.url + path_of(OPEN, ""), sent)
        assert status["success_count"] == 3
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
    with running(tmp_path) as second:
        client = second.client()
        found = client.objects(second.url + path_of(OPEN, ""), START).objects
        assert [one["id"] for one in found] == [id_of(letter) for letter in "abc"]
        assert client.status(second.url + "/intel/", status["id"]) == status
        assert client.add(second.url + path_of(OPEN, ""), sent)["success_count"] == 3
        assert len(client.objects(second.url + path_of(OPEN, ""), START).objects) == 3
        assert second.end(signal.SIGTERM) == 0
        assert second.said[1].strip().endswith("stopped")


def test_it_says_nothing_of_what_passes_through_it(tmp_path: Path) -> None:
    with running(tmp_path) as one:
        one.client().add(one.url + path_of(OPEN, ""), [carried("a", name="never in a log").data])
        with pytest.raises(PeerError):
            TaxiiClient(TaxiiWay(one.url, Shown(secret="guess"))).collections(one.url + "/taxii2/")
        one.end(signal.SIGTERM)
        assert not re.search(r"never in a log|secret-a|guess", "".join(one.said))


@pytest.mark.parametrize(
    ("listen", "says"),
    [
        (TaxiiListen(address="192.0.2.1:80"), "cannot listen"),
        (
            TaxiiListen(address="127.0.0.1:0", certificate="missing.pem", key="missing.key"),
            r"missing\.pem: there is no",
        ),
    ],
)
def test_it_does_not_start_half(listen: TaxiiListen, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        asyncio.run(taxii_process(None, listen, TaxiiLimits(), print))


def test_a_certificate_that_is_none_is_said(tmp_path: Path) -> None:
    file = tmp_path / "server.pem"
    file.write_text(str(document("a")), "utf-8")
    listen = TaxiiListen(address="127.0.0.1:0", certificate=str(file), key=str(file))
    with pytest.raises(SettingsError, match=r"server\.pem: TLS cannot be set up"):
        asyncio.run(taxii_process(None, listen, TaxiiLimits(), print))
