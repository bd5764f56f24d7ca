import gzip
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.evaluation.log_files import LineFiles, TableFile


def lines(count):
    return pa.array([f"{number}\n" for number in range(count)])


def payload(count):
    return SimpleNamespace(count=count)


def test_lines_are_dealt_to_files_by_count(tmp_path):
    files = LineFiles(tmp_path / "log" / "name", lambda one: lines(one.count), share=3)
    for count in (5, 2):
        files.write(payload(count))
    files.close()
    assert [path.name for path in files.paths] == ["name-001.jsonl", "name-002.jsonl", "name-003.jsonl"]
    assert [len(path.read_bytes().splitlines()) for path in files.paths] == [3, 3, 1]


def test_one_file_may_be_compressed(tmp_path):
    files = LineFiles(tmp_path / "name", lambda one: lines(one.count), share=1, compressed=2)
    files.write(payload(2))
    files.close()
    assert gzip.decompress(files.paths[1].read_bytes()) == b"1\n"


def test_tables_follow_one_another(tmp_path):
    file = TableFile(tmp_path / "log" / "one.parquet", lambda one: pa.table({"number": range(one.count)}))
    for count in (2, 1):
        file.write(payload(count))
    file.close()
    assert pq.read_table(file.paths[0])["number"].to_pylist() == [0, 1, 0]
