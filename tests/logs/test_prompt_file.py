"""Public prompt sets in the forms in which they are published."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.prompt_file import read_prompts

ASKED = ["How do tides form?", "Why is stale bread hard, and not soft?", "Name a river\nand its mouth."]
ONE_LINE = ASKED[:2]


def _jsonl(path, column="prompt", texts=ASKED):
    path.write_text("".join(json.dumps({"id": n, column: text}) + "\n" for n, text in enumerate(texts)))
    return path


def test_json_lines_parquet_csv_and_text_lines_give_the_same_prompts(tmp_path):
    parquet = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2, 3], "prompt": ASKED}), parquet)
    table = tmp_path / "a.csv"
    table.write_text("id,question\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(ASKED)))
    lines = tmp_path / "a.txt"
    lines.write_text("\n".join(["", *ONE_LINE, "  "]))
    for path in (_jsonl(tmp_path / "a.jsonl"), parquet, table):
        assert list(read_prompts(path, None)) == ASKED
    assert list(read_prompts(lines, None)) == ONE_LINE


def test_a_compressed_set_is_unpacked(tmp_path):
    plain = _jsonl(tmp_path / "a.jsonl").read_bytes()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(plain))
    assert list(read_prompts(tmp_path / "a.jsonl.gz", None)) == ASKED


def test_a_column_is_found_inside_an_object_and_a_list_of_messages_gives_its_user(tmp_path):
    path = tmp_path / "a.jsonl"
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ASKED[0]}]
    path.write_text(json.dumps({"source": {"ask": ASKED[1]}, "messages": messages}) + "\n")
    assert list(read_prompts(path, "source.ask")) == [ASKED[1]]
    assert list(read_prompts(path, None)) == [ASKED[0]]


def test_a_file_without_the_column_says_what_it_has(tmp_path):
    with pytest.raises(InputError, match=r"no column 'ask'.*id, prompt"):
        list(read_prompts(_jsonl(tmp_path / "a.jsonl"), "ask"))


def test_half_of_a_compressed_set_is_refused(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(_jsonl(tmp_path / "b.jsonl", texts=ASKED * 400).read_bytes())[:-40])
    with pytest.raises(InputError, match="ends early"):
        list(read_prompts(path, None))
