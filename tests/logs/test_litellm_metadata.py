from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.logs.litellm_metadata import Metadata, plain_values

ROWS = [{"user_api_key_hash": "k", "usage_object": {"prompt_tokens": 1}}, None, {"user_api_key_hash": ""}]
TEXT = ['{"user_api_key_hash":"k","usage_object":{"prompt_tokens":1}}', None, '{"user_api_key_hash":""}']


@pytest.mark.parametrize("written", [pa.array(ROWS), pa.array(TEXT)], ids=["nested", "text"])
def test_fields_of_either_form(written: pa.Array) -> None:
    metadata = Metadata(written, 3)
    assert metadata.text("user_api_key_hash").to_pylist() == ["k", None, None]
    assert metadata.values("usage_object", np.array([0, 2])) == [{"prompt_tokens": 1}, None]


def test_text_that_is_not_plain_is_parsed() -> None:
    metadata = Metadata(pa.array(['{"user_api_key_hash":7,"error_information":{"a":1}}', "no JSON"]), 2)
    assert metadata.text("user_api_key_hash").to_pylist() == ["7", None]
    assert metadata.values("error_information", np.array([0, 1])) == [{"a": 1}, None]


def test_no_metadata_at_all() -> None:
    metadata = Metadata(None, 2)
    assert metadata.text("status") is None or metadata.text("status").to_pylist() == [None, None]
    assert metadata.values("usage_object", np.array([1])) == [None]
    assert list(plain_values(pa.array(["[1]", "a"]), 2)) == [[1], "a"]
