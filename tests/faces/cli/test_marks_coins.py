"""Answers are rewritten behind a model at the command line, under a key that was committed to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from attributed import NOW
from stillwatch.attribution.codeword import coins_of
from stillwatch.attribution.key_ring import read_label
from stillwatch.faces.cli.marks_command import marks_command
from stillwatch.service.attribution.commit_keys import commit_keys
from stillwatch.service.attribution.mark_keys import MarkKeys
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

LABEL = "codebook/all/2026-11-16"


@pytest.fixture
def ring(tmp_path: Path) -> MarkKeys:
    made = MarkKeys.make(tmp_path / "marks", begin=NOW.date().replace(day=16), days=7)
    log = EvidenceLog.make(tmp_path / "evidence", "log.example/a", clock=NOW.timestamp)
    commit_keys(made, [read_label(LABEL)], log, at=NOW)
    return made


def run(ring: MarkKeys, *arguments: str, stdin: str = "") -> Result:
    places = {
        "STILLWATCH_MARKS": str(ring.folder),
        "STILLWATCH_EVIDENCE": str(ring.folder.parent / "evidence"),
    }
    return CliRunner().invoke(marks_command, list(arguments), env=places, input=stdin, standalone_mode=False)


def test_a_codebook_runs_behind_a_model(ring: MarkKeys, tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text('mail = ["e-mail", "email"]\neg = ["for example", "for instance"]\n', "utf-8")
    line = json.dumps({"id": 7, "text": "For example, an `e-mail`; two e-mail."}) + "\n"
    arguments = ("codebook", "-", "-", "--key", LABEL, "--codebook", str(tmp_path / "book.toml"))
    result = run(ring, *arguments, "--json", stdin=line)
    assert result.exception is None
    mail, eg = coins_of(ring.secret(read_label(LABEL)), ["mail", "eg"])
    said = f"For {'instance' if eg else 'example'}, an `e-mail`; two {'email' if mail else 'e-mail'}."
    assert json.loads(result.stdout) == {"id": 7, "text": said}
    counts = json.loads(result.stderr)
    assert (counts["answers"], counts["places"], counts["rewritten"]) == (1, 2, int(mail) + int(eg))
    assert "1 answers, 6 words: " in run(ring, *arguments, stdin=line).stderr


def test_of_pairs_one_answer_is_picked(ring: MarkKeys, tmp_path: Path) -> None:
    pair = {"name": "p", "prompt": "Say", "first": "one", "second": "two"}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair), "utf-8")
    result = run(ring, "pick", str(tmp_path / "pairs.jsonl"), "-", "--key", LABEL)
    coin = bool(coins_of(ring.secret(read_label(LABEL)), ["p"])[0])
    assert json.loads(result.stdout) == {"name": "p", "prompt": "Say", "text": "two" if coin else "one"}


@pytest.mark.parametrize(
    ("stdin", "key", "said"),
    [
        ("[]\n", LABEL, "<stdin>:1: no record"),
        ("{\n", LABEL, "no JSON"),
        ("", "codebook/b/2026-11-16", "not committed to"),
    ],
    ids=["no record", "no JSON", "no commitment"],
)
def test_clear_errors(ring: MarkKeys, stdin: str, key: str, said: str) -> None:
    assert said in str(run(ring, "codebook", "-", "-", "--key", key, stdin=stdin).exception)
