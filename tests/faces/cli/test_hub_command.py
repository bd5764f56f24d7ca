"""`stillwatch hub`: members, moderation, revocation, audit, and what a member sends."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from click.testing import CliRunner

from received_rows import LAB_A, LAB_B, documents, indicator, stix
from running_hub import RunningHub
from stillwatch.faces.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TOLD = stix(indicator(1))


def hub(folder: Path, *arguments: str, by: str = "") -> Result:
    options = ("--hub", str(folder), *(("--by", by) if by else ()))
    return CliRunner().invoke(cli, ["hub", *arguments, *options], standalone_mode=False)


def send(folder: Path, running: RunningHub, token: str) -> Result:
    (folder / "told.json").write_bytes(TOLD)
    (folder / "token").write_text(token)
    arguments = ["hub", "send", running.url, str(folder / "told.json"), "--token-file", str(folder / "token")]
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


def test_a_contributors_bundle_is_moderated_and_taken_back_with_its_member(tmp_path: Path) -> None:
    token = hub(tmp_path, "member", "add", "lab-a", LAB_A, by="Ada").output.strip()
    hub(tmp_path, "member", "add", "lab-b", LAB_B, "--role", "reader", by="Ada")
    running = RunningHub(tmp_path).start()
    sent = send(tmp_path, running, token)
    assert sent.output == f"{len(documents(TOLD))} new objects are waiting for a moderator\n"

    waiting = hub(tmp_path, "moderate", "list")
    assert (waiting.return_value, "lab-a  campaign--" in waiting.output) == (1, True)
    shared = hub(tmp_path, "moderate", "share", "lab-a", by="Grace").output
    assert shared == f"{len(documents(TOLD))} objects shared\n"
    assert json.loads(hub(tmp_path, "moderate", "list", "--json").output) == {"waiting": []}
    revoked = hub(tmp_path, "revoke", "lab-a", "--why", "its key was stolen", by="Grace").output
    assert revoked.startswith(f"{len(documents(TOLD))} objects taken back; ")
    assert "no member has this token" in str(send(tmp_path, running, token).exception)
    running.stop()
    running.members.close()

    listed = hub(tmp_path, "member", "list").output.splitlines()
    assert listed[0].endswith("put out: its key was stolen")
    assert listed[1] == f"lab-b  reader  up to TLP:AMBER  {LAB_B}  has acknowledged nothing"
    audit = hub(tmp_path, "audit")
    assert [line.split("  ")[1] for line in audit.output.splitlines()] == [
        *("member added", "member added", "moderation shared", "member ended", "member taken back"),
    ]
    assert audit.return_value == 0


def test_what_is_sent_back_waits_no_more(tmp_path: Path) -> None:
    running = RunningHub(tmp_path).add().start()
    hub(tmp_path, "member", "change", "lab-a", "--role", "contributor", by="Ada")
    send(tmp_path, running, running.tokens["lab-a"])
    running.stop()
    running.members.close()
    back = hub(tmp_path, "moderate", "send-back", "lab-a", "--why", "a class", by="Grace")
    assert back.output == f"{len(documents(TOLD))} objects sent back\n"
    assert hub(tmp_path, "moderate", "list").return_value == 0


def test_a_new_token_ends_the_old_one(tmp_path: Path) -> None:
    running = RunningHub(tmp_path).add().start()
    token = hub(tmp_path, "member", "token", "lab-a", by="Ada").output.strip()
    assert "no member has this token" in str(send(tmp_path, running, running.tokens["lab-a"]).exception)
    assert send(tmp_path, running, token).return_value == 0
    found = json.loads(hub(tmp_path, "member", "list", "--json").output)["members"]
    assert [(one["name"], one["role"], one["acknowledged"]) for one in found] == [
        ("lab-a", "trusted", 0),
        ("lab-b", "reader", 0),
    ]
    running.stop()
    running.members.close()


def test_a_hub_answers_private_matching_to_its_members_alone(tmp_path: Path) -> None:
    folder, told = tmp_path / "hub", dict[str, str]()
    token = hub(folder, "member", "add", "lab-a", LAB_A, by="Ada").output.strip()
    command = [sys.executable, "-m", "stillwatch", "hub", "serve", "--hub", str(folder), "--listen", "127.0.0.1:0"]
    with subprocess.Popen([*command, "--matching"], stderr=subprocess.PIPE, text=True) as running:  # noqa: S603  # ours
        assert running.stderr is not None
        address = running.stderr.readline().split()[2].rstrip(",")
        for shown in (token, "nobody's"):
            line = http.client.HTTPConnection(address, timeout=10)
            line.request("GET", "/matching/epochs", headers={"authorization": f"Bearer {shown}"})
            reply = line.getresponse()
            told[shown] = f"{reply.status} {reply.read().decode()}"
            line.close()
        running.terminate()
        running.communicate(timeout=10)
    assert told[token] == '200 {"epochs":[]}'
    assert told["nobody's"].startswith("401 ")
