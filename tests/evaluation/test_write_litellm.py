import orjson
import pyarrow as pa

from stillwatch.evaluation.payload import Payload
from stillwatch.evaluation.write_litellm import to_lines, to_table


def payload(count):
    columns = {
        "id": pa.array([f"a{n}" for n in range(count)]),
        "stream": pa.scalar(value=True),
        "missing": pa.scalar(None, pa.string()),
        "messages": pa.array(['[{"role":"user"}]'] * count),
        "startTime": pa.array([1.5] * count),
        "session_id": pa.array([None] * count, pa.string()),
    }
    return Payload(call_id=columns["id"], columns=columns, caller=None)


def test_a_line_is_one_json_object():
    (line,) = to_lines(payload(1)).to_pylist()
    assert orjson.loads(line) == {
        "id": "a0", "stream": True, "missing": None, "messages": [{"role": "user"}], "startTime": 1.5,
        "session_id": None,
    }  # fmt: skip


def test_a_table_repeats_what_all_records_share():
    assert to_table(payload(2))["stream"].to_pylist() == [True, True]
