"""Whatever stands in a flow log, reading it ends with counts or with an error that says what to do."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.flow_addresses import AddressBook
from stillwatch.logs.flow_ingest import read_flows
from stillwatch.logs.flow_shelf import flow_formats

if TYPE_CHECKING:
    from pathlib import Path

_ODD: tuple[Any, ...] = (
    *(None, "", -1, 1e308, 2**70, "x" * 50, [], {}, [1], {"a": 1}, True, "-", "10.0.3.7", "9" * 30, float("nan")),
    *("\ud800", "2026-99-99T00:00:00Z"),
)
_SPOILT = 0.12
_BOOK = AddressBook([("10.0.0.0/8", 0)])


def _spoil(value: Any, draw: random.Random) -> Any:
    if draw.random() < _SPOILT:
        return draw.choice(_ODD)
    if isinstance(value, dict):
        return {name: _spoil(one, draw) for name, one in value.items() if draw.random() > 0.05}
    return [_spoil(one, draw) for one in value] if isinstance(value, list) else value


def _flip(content: bytes, draw: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(draw.randrange(5) if spoilt else 0):
        spoilt[draw.randrange(len(spoilt))] = draw.randrange(256)
    return bytes(spoilt[: draw.randrange(len(spoilt) + 1)] if draw.random() < 0.2 else spoilt)


@pytest.mark.parametrize("name", [one.name for one in flow_formats()])
def test_spoilt_logs(name: str, tmp_path: Path) -> None:
    draw = random.Random(f"flows {name}")
    declared = next(one for one in flow_formats() if one.name == name)
    path = tmp_path / "flows.log"
    for number in range(12):
        records = [one for _ in range(3) for one in draw.choice(declared.cases).records]
        lines = [one if isinstance(one, str) else json.dumps(_spoil(one, draw)) for one in records]
        path.write_bytes(_flip("\n".join(lines).encode("utf-8", "surrogatepass"), draw))
        try:
            read = read_flows([path], _BOOK, tmp_path / "kept", hosts_digest=str(number))
        except InputError:
            continue
        assert read.kept + sum(read.rejected.values()) <= max(read.records, read.kept)
