"""Log files are sealed once, whatever they come in, and show one record at a time."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.record_proof import check_record_proof, read_record_proof, write_record_proof
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.evidence.seal_log import prove_record, seal_log

if TYPE_CHECKING:
    from pathlib import Path

_LINES = [json.dumps({"id": number, "prompt": f"say {number}"}).encode() for number in range(300)]


def _book(folder: Path) -> Notebook:
    return Notebook(EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)


def _files(folder: Path) -> dict[str, Path]:
    plain, packed, table = folder / "a.jsonl", folder / "a.jsonl.gz", folder / "a.parquet"
    plain.write_bytes(b"\n".join(_LINES) + b"\n")
    packed.write_bytes(gzip.compress(b"\r\n".join(_LINES)))
    pq.write_table(pa.Table.from_pylist([json.loads(line) for line in _LINES]), table)
    return {"plain": plain, "packed": packed, "table": table}


@pytest.mark.parametrize("form", ["plain", "packed", "table"])
def test_any_record_of_a_sealed_file_is_proved_alone(tmp_path: Path, form: str) -> None:
    book, file = _book(tmp_path), _files(tmp_path)[form]
    sealed = seal_log(file, book)
    assert (sealed.statement["records"], sealed.leaf, book.log.leaf(0).kind) == (300, 0, LeafKind.BATCH)
    assert seal_log(file, book) == sealed
    assert book.log.size == 1
    for number in (0, 123, 299):
        data = write_record_proof(prove_record(file, number, book.log))
        proof = read_record_proof(data)
        check_record_proof(proof, policy_of(book.log.folder))
        assert json.loads(proof.opening.record) == json.loads(_LINES[number])
        assert b"say 124" not in data


def test_a_file_that_was_changed_shows_nothing(tmp_path: Path) -> None:
    book, file = _book(tmp_path), _files(tmp_path)["plain"]
    seal_log(file, book)
    with pytest.raises(InputError, match="no record 300"):
        prove_record(file, 300, book.log)
    file.write_bytes(file.read_bytes().replace(b"say 7", b"say x"))
    with pytest.raises(InputError, match="changed since"):
        prove_record(file, 0, book.log)


def test_without_its_secret_nothing_is_shown_and_the_log_stays(tmp_path: Path) -> None:
    book, file = _book(tmp_path), _files(tmp_path)["plain"]
    seal_log(file, book)
    (secret,) = (book.log.folder / "batches" / "blocks").glob("*.secret")
    assert secret.stat().st_mode & 0o077 == 0
    secret.unlink()
    with pytest.raises(SettingsError, match="destroyed"):
        prove_record(file, 0, book.log)
    assert EvidenceLog.open(book.log.folder, clock=lambda: 6.0).size == 1


def test_what_cannot_be_read_to_its_end_is_not_sealed(tmp_path: Path) -> None:
    book, file = _book(tmp_path), _files(tmp_path)["packed"]
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(InputError, match="cannot be read to its end"):
        seal_log(file, book)
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(InputError):
        seal_log(tmp_path / "empty.jsonl", book)
    assert book.log.size == 0
