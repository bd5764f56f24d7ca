"""The formats of a file: what the operator says goes before what its records show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange, write_log
from stillwatch.core.errors import InputError
from stillwatch.logs.mapping import parse_mapping
from stillwatch.logs.reading import Reading, formats_of

if TYPE_CHECKING:
    from pathlib import Path

_MAPPING = parse_mapping('started_at = "ts"\naccount_id = "who"\nprompt_text = "q"\n')


def test_a_file_is_read_as_its_records_show_unless_the_operator_says_otherwise(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(3)))
    assert formats_of(log, Reading()) == ("stillwatch_exchange",)
    assert formats_of(log, Reading(format_name="litellm")) == ("litellm",)
    assert formats_of(log, Reading(mapping=_MAPPING)) == ("mapping",)


def test_a_file_that_no_format_knows_needs_a_mapping(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.jsonl", [{"ts": 1772355600, "who": "a", "q": "Why?"}])
    with pytest.raises(InputError, match=r"no known format.*--mapping"):
        formats_of(log, Reading())
