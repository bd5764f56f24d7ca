from __future__ import annotations

import pyarrow as pa
import pytest

from stillwatch.logs.scan.arrow import as_spans
from stillwatch.logs.scan.grammar import Kind
from stillwatch.logs.scan.objects import frozen, scan_objects, shape_of

PATHS = ("id", "choices[].message.content", "usage.total", "tags")


def found(text: str) -> dict[str, tuple[str, str]]:
    texts = as_spans(pa.array([text]))
    spans = scan_objects(texts, shape_of(PATHS))
    return {
        path: (Kind(spans.kind(path)[0]).name, text.encode()[slice(*spans.span(path, 0))].decode())
        for path in ("", *PATHS)
        if spans.kind(path)[0]
    }


def test_wanted_fields_are_found_at_any_depth_and_in_any_order() -> None:
    text = (
        '{"usage":{"x":[{}],"total":3}, "other":{"id":0},"choices":[{"message":{"content":"a\\n"}}],'
        '"id":null,"tags":[1]}'
    )
    assert found(text) == {
        "": ("OBJECT", text),
        "id": ("NULL", "null"),
        "choices[].message.content": ("ESCAPED", '"a\\n"'),
        "usage.total": ("INT", "3"),
        "tags": ("ARRAY", "[1]"),
    }


def test_one_element_is_told_from_many() -> None:
    for text, kind in (('{"choices":[{}]}', Kind.OBJECT), ('{"choices":[{},1]}', Kind.MANY), ('{"choices":[]}', 0)):
        assert scan_objects(as_spans(pa.array([text])), shape_of(PATHS)).kind("choices[]")[0] == kind


@pytest.mark.parametrize(
    "text", ['{"id":1,"id":2}', "[1]", "{", '{"id":1}x', "", '{"usage":{"total":1,"total":1}}', '{"id":1,}']
)
def test_what_is_not_plain_leaves_nothing(text: str) -> None:
    assert found(text) == {}


def test_keys_in_another_order_than_in_the_row_before() -> None:
    rows = [
        '{"id":1,"tags":[2],"usage":{"total":3,"other":4}}',
        '{"id":5,"usage":{"other":6,"total":7},"tags":[8]}',
        '{"id":9,"usage":{"total":10}}',
        '{"ID":11,"usage" :{"total": 12},"tag":[13]}',
        '{"id":14,"tags":[15],"usage":{"total":16,"other":17}',
    ]
    spans = scan_objects(as_spans(pa.array(rows)), shape_of(PATHS))
    data = "".join(rows)
    read = [
        {path: data[slice(*spans.span(path, row))] for path in ("id", "usage.total", "tags") if spans.kind(path)[row]}
        for row in range(len(rows))
    ]
    assert read == [
        {"id": "1", "usage.total": "3", "tags": "[2]"},
        {"id": "5", "usage.total": "7", "tags": "[8]"},
        {"id": "9", "usage.total": "10"},
        {"usage.total": "12"},
        {},
    ]


def test_a_key_that_nobody_named_is_strange_at_the_top_alone() -> None:
    texts = as_spans(pa.array(['{"id":1}', '{"id":1,"x":1}', '{"usage":{"x":1}}', None]))
    spans = scan_objects(texts, shape_of(PATHS))
    assert spans.strange.tolist() == [False, True, False, False]
    assert spans.taken([1, 3]).kind("id").tolist() == [Kind.INT, Kind.ABSENT]
    assert texts.taken(slice(1, 3)).starts.tolist() == texts.starts[1:3].tolist()
    assert not frozen(texts).starts.flags.writeable
