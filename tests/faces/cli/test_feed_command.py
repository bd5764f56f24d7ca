"""`stillwatch feed`: what it refuses to start with, and how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from click.testing import CliRunner

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.main import cli


def test_it_does_not_listen_to_everybody_without_a_token(tmp_path):
    done = CliRunner().invoke(cli, ["feed", "--listen", "0.0.0.0:0", "--out", str(tmp_path)])
    assert isinstance(done.exception, SettingsError)
    assert "--token-file" in str(done.exception)
    assert CliRunner().invoke(cli, ["feed", "--listen", "4318"]).exit_code == 2


def test_it_ends_when_it_is_told_to(tmp_path):
    command = [sys.executable, "-m", "stillwatch", "feed", "--listen", "127.0.0.1:0", "--out", str(tmp_path)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)  # noqa: S603  # our own
    assert running.stderr is not None
    assert "receiving on 127.0.0.1:" in running.stderr.readline()
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0
