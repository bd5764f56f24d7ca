"""`stillwatch log gossip`: two readers of a log that shows each of them another story."""

from __future__ import annotations

import json
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bundle_site import Site
from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.bundle_command import bundle_command
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.log_command import log_command
from stillwatch.intel.member_keys import write_member_keys

if TYPE_CHECKING:
    from pathlib import Path

    import click


def _run(*arguments: str | Path, command: click.Command = log_command) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.output  # type: ignore[return-value]  # our commands give their exit code


def _two_stories(folder: Path) -> tuple[Path, Path, Path]:
    """A log, another one under its name and keys, and the file that names it."""
    one, two, logs = folder / "one", folder / "two", folder / "logs.toml"
    for name in ("a", "b", "c"):
        (folder / name).write_text(name)
    _run("init", "--log", one, "--origin", "lab.example/1")
    _run("note", folder / "a", "--log", one)
    copytree(one, two)
    _run("note", folder / "b", "--log", one)
    _run("note", folder / "c", "--log", two)
    logs.write_text("[[log]]\n" + (one / "log.toml").read_text())
    return one, two, logs


def test_two_readers_find_out(tmp_path: Path) -> None:
    one, two, logs = _two_stories(tmp_path)
    state, told = tmp_path / "g.db", tmp_path / "a.checkpoints"
    known = ("--logs", logs, "--state", state)
    code, text = _run("gossip", "hear", one / "log" / "checkpoint", *known)
    assert (code, text) == (NOTHING_FOUND, "same         lab.example/1  2 leaves: the first that is heard of it\n")
    assert _run("gossip", "tell", "--out", told, *known)[1].endswith(": 1 checkpoints\n")
    other = ("--logs", logs, "--state", tmp_path / "other.db", "--json")
    assert _run("gossip", "hear", two / "log" / "checkpoint", *other)[0] == NOTHING_FOUND
    code, text = _run("gossip", "hear", told, *other)
    assert (code, json.loads(text)["heard"][0]["verdict"]) == (FOUND, "split")
    code, text = _run("gossip", "splits", "--state", tmp_path / "other.db")
    assert (code, text.count("lab.example/1\n2\n")) == (FOUND, 2)
    assert len(json.loads(_run("gossip", "splits", "--state", tmp_path / "other.db", "--json")[1])["splits"]) == 1
    assert _run("gossip", "splits", "--state", state)[0] == NOTHING_FOUND


def test_the_keeper_hears_of_a_second_story_of_its_own_log(tmp_path: Path) -> None:
    one, two, _ = _two_stories(tmp_path)
    known = ("--log", one, "--state", tmp_path / "g.db")
    _run("gossip", "tell", "--out", tmp_path / "a.checkpoints", *known)
    assert _run("gossip", "hear", two / "log" / "checkpoint", *known)[0] == FOUND
    assert _run("gossip", "hear", tmp_path / "none", *known)[0] == INCOMPLETE
    with pytest.raises(SettingsError, match="let it end"):
        _run("gossip", "tell", "--out", tmp_path / "a.json", *known)
    with pytest.raises(SettingsError, match="no log is watched"):
        _run("gossip", "hear", two / "log" / "checkpoint", "--state", tmp_path / "h.db")


def test_a_bundle_brings_the_story_over_an_air_gap(tmp_path: Path) -> None:
    one, two, logs = _two_stories(tmp_path)
    outside = Site(tmp_path / "outside")
    told = tmp_path / "outside" / "logs.checkpoints"
    _run("gossip", "tell", "--log", one, "--state", tmp_path / "g.db", "--out", told)
    bundle, keys, out = outside.export(told), tmp_path / "members.toml", tmp_path / "inside"
    keys.write_text(write_member_keys(outside.desk.keys))
    out.mkdir()
    _run("gossip", "hear", two / "log" / "checkpoint", "--logs", logs, "--state", out / "gossip.db")
    imported = ("import", bundle, "--keys", keys, "--out", out, "--logs", logs)
    code, text = _run(*imported, command=bundle_command)
    assert code == FOUND
    assert "split        lab.example/1  2 leaves: both state 2 leaves with different roots" in text
    outside.close()
