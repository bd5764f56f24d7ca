"""The defaults that the rest is laid out for."""

from __future__ import annotations

from stillwatch.logs.file_blocks import MAX_RECORD_BYTES
from stillwatch.logs.limits import Limits


def test_blocks_and_parsing_agree_on_the_largest_record() -> None:
    assert Limits().max_record_bytes == MAX_RECORD_BYTES
