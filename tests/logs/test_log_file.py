from __future__ import annotations

from pathlib import Path

from stillwatch.logs.log_file import LogFile


def test_a_file_here_is_called_by_its_absolute_path(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"{}\n")
    monkeypatch.chdir(tmp_path)
    log = LogFile.at(Path("a.jsonl"))
    assert log == (str(tmp_path / "a.jsonl"), 3, tmp_path / "a.jsonl", "")
    assert log.log_name == ""


def test_what_lies_elsewhere_or_under_another_name_must_be_named(tmp_path: Path) -> None:
    assert LogFile("s3a://logs/a", 1, None).log_name == "s3a://logs/a"
    assert LogFile("table:calls", 1, tmp_path / "part-0.parquet").log_name == "table:calls"
