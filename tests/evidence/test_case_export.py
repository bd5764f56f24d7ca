"""The export is CASE as its own validator reads it; without that program the shape of it is looked at here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dossier_factory import dossier
from stillwatch.evidence.case_export import case_document
from stillwatch.evidence.dossier_document import public_dossier

_JUDGE = Path(sys.prefix) / "judges" / "bin" / "case_validate"


def _document() -> bytes:
    return case_document(public_dossier(dossier()), "ef" * 32, 2048)


def test_each_file_has_its_digest_and_every_link_leads_to_a_node():
    graph = json.loads(_document())["@graph"]
    nodes = {one["@id"]: one for one in graph}
    files = [one for one in graph if one["@type"] == "uco-observable:File"]
    assert [one["uco-core:name"] for one in files] == ["input 1", "analysis/campaign.json"]
    digests = [one["uco-core:hasFacet"][0]["uco-observable:hash"][0]["uco-types:hashValue"]["@value"] for one in files]
    assert digests == ["ab" * 32, "ef" * 32]
    assert {one["@id"] for one in graph[0]["uco-core:object"]} == set(nodes) - {graph[0]["@id"]}


def test_the_same_dossier_gives_the_same_bytes_and_names_nobody():
    assert _document() == _document()
    assert b"anna" not in _document()


def _judged(data: bytes, file: Path) -> tuple[int, str]:
    file.write_bytes(data)
    made = subprocess.run(  # noqa: S603  # ours
        [_JUDGE, "--built-version", "case-1.4.0", file], capture_output=True, text=True, check=False
    )
    return made.returncode, made.stdout


@pytest.mark.slow
@pytest.mark.skipif(not _JUDGE.exists(), reason="case-utils is not installed (make .venv/.judges)")
def test_the_validator_of_case_finds_nothing_wrong_and_would_tell_if_something_were(tmp_path):
    code, said = _judged(_document(), tmp_path / "case.jsonld")
    assert (code, "Conforms: True" in said) == (0, True), said[-2000:]
    wrong = _document().replace(b'"uco-core:name"', b'"uco-core:nom"', 1).replace(b"xsd:hexBinary", b"xsd:integer")
    assert _judged(wrong, tmp_path / "wrong.jsonld")[0] != 0
