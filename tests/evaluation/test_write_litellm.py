import orjson
import pyarrow as pa

from stillwatch.evaluation.payload import Payload
from stillwatch.evaluation.write_litellm import JsonlFiles, to_lines


def payload(count):
    columns = {
        "id": pa.array([f"a{n}" for n in range(count)]),
        "stream": pa.scalar(value=True),
        "missing": pa.scalar(None, pa.string()),
        "messages": pa.array(['[{"role":"user"}]'] * count),
        "startTime": pa.array([1.5] * count),
        "session_id": pa.array([None] * count, pa.string()),
    }
    return Payload(call_id=columns["id"], columns=columns)


def test_a_line_is_one_json_object():
    (line,) = to_lines(payload(1)).to_pylist()
    assert orjson.loads(line) == {
        "id": "a0", "stream": True, "missing": None, "messages": [{"role": "user"}], "startTime": 1.5,
        "session_id": None,
    }  # fmt: skip


def test_lines_are_dealt_to_files_by_count(tmp_path):
    files = JsonlFiles(tmp_path, exchanges=7, files=3, compress_last=False)
    for count in (5, 2):
        files.write(payload(count))
    files.close()
    assert [len(path.read_bytes().splitlines()) for path in files.paths] == [3, 3, 1]
