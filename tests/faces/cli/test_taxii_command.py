"""`stillwatch taxii`, from settings to files."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from click.testing import CliRunner

from carried import document, id_of
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.faces.cli.main import cli
from taxii_stand import IDENTITY_A, OPEN, READ_ONLY, RunningStand, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[RunningStand]:
    with RunningStand(tmp_path) as one:
        yield one


@pytest.fixture
def secret(tmp_path: Path) -> str:
    file = tmp_path / "secret"
    file.write_text("secret-a\n", "utf-8")
    return str(file)


def run(*arguments: Any) -> Any:
    """Through the whole command line: a group that is called by itself remembers another way to ask for help."""
    words = ["taxii", *map(str, arguments)]
    return CliRunner().invoke(cli, words, standalone_mode=False, catch_exceptions=False)


def test_settings_are_written_and_checked(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    assert "wrote" in run("init", folder, "--member", "lab-x").output
    secret = (folder / "lab-x.secret").read_text("utf-8").strip()
    assert hashlib.sha256(secret.encode()).hexdigest() in (folder / "taxii.toml").read_text("utf-8")
    assert (folder / "lab-x.secret").stat().st_mode & 0o077 == 0
    said = run("serve", "--settings", folder / "taxii.toml", "--check").output
    assert "TLS off" in said
    assert "member  lab-x  reads 1, writes 1" in said
    with pytest.raises(SettingsError, match="it is there already"):
        run("init", folder, "--member", "lab-x")


def test_a_member_that_cannot_be_leaves_no_files(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no name of a member"):
        run("init", tmp_path / "hub", "--member", "lab/x")
    assert not (tmp_path / "hub").exists()


def test_a_secret_and_its_digest() -> None:
    made = json.loads(run("secret", "--json").output)
    assert hashlib.sha256(made["secret"].encode()).hexdigest() == made["sha256"]
    assert run("secret").output != run("secret").output


def test_collections_are_listed(stand: RunningStand, secret: str) -> None:
    said = run("list", stand.url + "/taxii2/", "--secret-file", secret).output.splitlines()
    assert said[0] == f"{OPEN}  rw  Open  {stand.url}{path_of(OPEN, '')}"
    listed = json.loads(run("list", stand.url + "/taxii2/", "--secret-file", secret, "--json").output)
    assert [one["id"] for one in listed["collections"]][:2] == [OPEN, READ_ONLY]


def test_what_is_new_becomes_files_and_the_exit_code_says_whether(
    stand: RunningStand, secret: str, tmp_path: Path
) -> None:
    stand.ask("POST", path_of(OPEN), [document(letter, created_by_ref=IDENTITY_A) for letter in "abc"])
    poll = ("poll", stand.url + "/taxii2/", "--collection", OPEN, "--secret-file", secret, "--out", tmp_path / "from")
    first = run(*poll, "--limit", "2")
    assert first.return_value == 1
    assert first.output.count("objects  ") == 2
    assert run(*poll).return_value == 0
    stand.ask("POST", path_of(OPEN), [document("d", created_by_ref=IDENTITY_A)])
    again = run(*poll, "--json")
    assert json.loads(again.output)["objects"] == 1
    bundles = [orjson.loads(file.read_bytes()) for file in sorted((tmp_path / "from").glob("page-*.json"))]
    assert [one["id"] for bundle in bundles for one in bundle["objects"]] == [id_of(letter) for letter in "abcd"]
    assert {bundle["type"] for bundle in bundles} == {"bundle"}


def test_which_collection_must_be_clear(stand: RunningStand, secret: str, tmp_path: Path) -> None:
    poll = ("poll", stand.url + "/taxii2/", "--secret-file", secret, "--out", tmp_path / "from")
    with pytest.raises(InputError, match="which collection"):
        run(*poll)
    with pytest.raises(InputError, match="there is no collection 'x'"):
        run(*poll, "--collection", "x")
    assert not (tmp_path / "from").exists()
