"""What engines are started with; each engine's own file is tested against the interface that it documents."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from stillwatch.attribution.engine import configure, engines
from stillwatch.attribution.scheme_shelf import open_scheme, scheme_families
from stillwatch.core.errors import InputError
from stillwatch.wire.wishes import SAMPLER_FIELDS

INTERFACES: dict[str, Any] = json.loads(Path(__file__).with_name("engine_interfaces.json").read_text("utf-8"))
"""Fields that each engine's documentation or source knows, with their types and bounds; where from stands in it."""
PAIRS = [(engine.name, scheme) for engine in engines() for scheme in engine.schemes]


def settings_of(engine: str, scheme: str) -> dict[str, Any]:
    opened = open_scheme(scheme)
    config = configure(engine, opened, opened.key_of(bytes(32)))
    if config.file is not None:
        return config.file
    if config.code:
        call = ast.parse(config.code, mode="eval").body
        assert isinstance(call, ast.Call)
        return {"": ast.unparse(call.func)} | {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    found: dict[str, Any] = json.loads(config.arguments[1])
    return found


@pytest.mark.parametrize(("engine", "scheme"), PAIRS)
def test_each_setting_is_one_that_the_engine_knows(engine: str, scheme: str) -> None:
    known = INTERFACES[engine]
    for name, value in settings_of(engine, scheme).items():
        field = known["calls"][scheme] if name == "" else known["fields"][name]
        if name == "":
            assert value == field
        elif "one_of" in field:
            assert value in field["one_of"]
        elif "each" in field:
            assert all(field["each"][0] <= one <= field["each"][1] for one in value)
            assert len(set(value)) == len(value)
        elif "hex" in field:
            assert len(value) <= field["hex"]
            assert int(value, 16) >= 0
        elif "between" in field:
            assert field["between"][0] <= value <= field["between"][1]
        else:
            assert isinstance(value, bool)


def test_the_key_of_an_engine_is_that_of_the_scheme() -> None:
    scheme = open_scheme("vllm_gumbel", {"context_width": 2})
    assert settings_of("vllm", "vllm_gumbel")["key"] == int.from_bytes(scheme.key_of(bytes(32)), "big")
    assert configure("vllm", scheme, bytes(7) + b"\x05").arguments == (
        "--watermark-config",
        '{"algorithm": "gumbel", "key": 5, "context_width": 2, "deduplicate_contexts": "single_turn"}',
    )


def test_gateways_know_the_fields_that_switch_marks_off() -> None:
    assert {field for engine in engines() for field in engine.strip} <= set(SAMPLER_FIELDS)


def test_only_schemes_of_the_shelf_are_drawn() -> None:
    assert {scheme for _, scheme in PAIRS} <= {family.name for family in scheme_families()}


def test_another_engine_or_scheme_is_refused() -> None:
    scheme = open_scheme("vllm_gumbel")
    with pytest.raises(InputError, match=r"unknown engine 'vlm'.*vllm"):
        configure("vlm", scheme, bytes(8))
    with pytest.raises(InputError, match="SGLang does not draw vllm_gumbel"):
        configure("sglang", scheme, bytes(8))
