from __future__ import annotations

import numpy as np
import pyarrow as pa

from stillwatch.logs.scan import arrow
from stillwatch.logs.scan.grammar import Kind
from stillwatch.logs.scan.objects import scan_objects, shape_of


def test_fields_become_columns() -> None:
    rows = ['{"a":"x\\u00e9","n":-12}', '{"a":null,"n":1.5}', None, '{"a":{"b":1},"n":1234567890123456789012}']
    texts = arrow.as_spans(pa.array(rows))
    spans = scan_objects(texts, shape_of(("a", "n")))
    assert arrow.field_text(texts, spans, "a").to_pylist() == ["xé", None, None, '{"b":1}']
    valid = arrow.among(spans.kind("n"), Kind.INT) & arrow.are_short(spans, "n")
    assert arrow.masked_integers(arrow.field_integers(texts, spans, "n"), valid).to_pylist() == [-12, None, None, None]


def test_only_text_columns_have_spans() -> None:
    assert arrow.as_spans(pa.array([1])) is None
    assert arrow.as_spans(pa.array(["a", None]).slice(1)).valid.tolist() == [False]


def test_some_rows_are_read_one_by_one_and_put_back() -> None:
    column = pa.array(["a", "b", None])
    rows = np.array([0, 2])
    assert arrow.by_row(column, rows, str) == ["a", "None"]
    assert arrow.replaced(column, rows, [None, "c"]).to_pylist() == [None, "b", "c"]
    assert arrow.replaced(column, rows[:0], []) is column
