"""The canonical table as Arrow."""

from __future__ import annotations

from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.logs.schema import EXCHANGE_SCHEMA


def test_the_columns_are_those_of_the_core_in_their_order() -> None:
    assert EXCHANGE_SCHEMA.names == [field.name for field in EXCHANGE_FIELDS]


def test_each_kind_of_field_has_its_type() -> None:
    types = {field.kind: str(EXCHANGE_SCHEMA.field(field.name).type) for field in EXCHANGE_FIELDS}
    assert types == {"text": "string", "long_text": "large_string", "int": "int64", "float": "double", "bool": "bool"}
