"""The register of deployments is read line by line, and followed as it grows."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from stillwatch.core.deployed_mark import DeployedMark
from stillwatch.core.errors import SettingsError
from stillwatch.service.attribution.read_deployed import DeployedFile, read_deployed

FIRST = DeployedMark(
    at=datetime(2026, 11, 22, tzinfo=UTC),
    engine="vllm",
    release="0.33",
    models=("m-1",),
    scheme="vllm_gumbel",
    parameters={"context_width": 2},
    label="global/2026-11-16",
    key_id="0badcafe",
    leaf=4,
    tokenizer_sha256="ab",
)


def line(mark):
    return json.dumps(asdict(mark) | {"at": mark.at.isoformat()}) + "\n"


def test_what_was_registered_is_read(tmp_path):
    file = tmp_path / "deployed.jsonl"
    assert read_deployed(file) == ()
    file.write_text(line(FIRST) + line(FIRST), "utf-8")
    assert read_deployed(file) == (FIRST, FIRST)


def test_a_damaged_line_is_named(tmp_path):
    file = tmp_path / "deployed.jsonl"
    file.write_text(line(FIRST) + '{"at": "2026-11-22T00:00:00+00:00"}\n', "utf-8")
    with pytest.raises(SettingsError, match=r"deployed\.jsonl:2"):
        read_deployed(file)


def test_a_register_is_followed_and_what_cannot_be_read_leaves_it_in_force(tmp_path):
    file = tmp_path / "deployed.jsonl"
    file.write_text(line(FIRST), "utf-8")
    followed = DeployedFile(file)
    assert (followed.now(), followed.trouble) == ((FIRST,), "")
    file.write_text(line(FIRST) + line(FIRST), "utf-8")
    assert followed.now() == (FIRST, FIRST)
    file.write_text("no register\n", "utf-8")
    assert followed.now() == (FIRST, FIRST)
    assert "deployed.jsonl:1" in followed.trouble
    file.write_text(line(FIRST), "utf-8")
    assert (followed.now(), followed.trouble) == ((FIRST,), "")


def test_a_register_that_is_not_there_is_an_error_of_the_settings(tmp_path):
    with pytest.raises(SettingsError, match="no register of deployments"):
        DeployedFile(tmp_path / "deployed.jsonl")
