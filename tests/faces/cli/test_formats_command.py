"""`stillwatch formats`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from exchange_log import exchange, write_log
from stillwatch.faces.cli.formats_command import formats_command
from stillwatch.logs.mapping import parse_mapping
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from pathlib import Path


def shown(*arguments: object) -> str:
    return CliRunner().invoke(formats_command, [str(argument) for argument in arguments], standalone_mode=False).output


def test_list_names_every_format() -> None:
    names = [one.name for one in formats()]
    assert [line.split()[0] for line in shown("list").splitlines() if not line.startswith(" ")] == names
    assert [one["name"] for one in json.loads(shown("list", "--json"))["formats"]] == names


def test_explain_says_what_a_log_can_show(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", (exchange(number, user_agent=None) for number in range(10)))
    told = shown("explain", log)
    assert "format         stillwatch_exchange\n" in told
    assert "account        account_id\n" in told
    assert "infrastructure client_address\n" in told
    assert "parameters     no request parameters\n" in told


def test_explain_of_an_unknown_file_ends_in_a_mapping_that_can_be_read(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [{"ts": 1772355600, "uid": "u1", "question": "Why?"}])
    told = shown("explain", log)
    assert "problem        no known format" in told
    proposed = parse_mapping(told[told.index("# A mapping") :])
    assert [str(path) for path in proposed.columns["prompt_text"].paths] == ["FieldPath(path='question')"]


def test_explain_for_programs(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(10)))
    [file] = json.loads(shown("explain", log, "--json"))["files"]
    assert (file["formats"], file["container"], file["columns"]["prompt_text"]) == (
        ["stillwatch_exchange"],
        "JSON Lines",
        1,
    )
