"""The shelf of log formats, and which of them a record belongs to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import DefinitionError
from stillwatch.core.shelf import walk_shelf
from stillwatch.logs.format import Format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.logs.format import Record

_PACKAGE: Final = "stillwatch.logs.formats"
_ORDER: Final = (
    *("stillwatch_exchange", "har", "otel_genai", "openinference", "bedrock", "azure_apim", "vertex"),
    *("litellm_payload", "litellm_spendlogs", "langfuse", "helicone", "tensorzero", "envoy_ai_gateway"),
    *("openai_batch", "anthropic_batch", "openai_stored_completion", "openai_usage", "wildchat", "lmsys", "vllm_text"),
)
"""The order in which recognition names formats; one that is not listed comes after these."""


@cache
def formats() -> tuple[Format, ...]:
    """Every format on the shelf, in the order of recognition; a constant of the installed package.

    Raises:
        DefinitionError: A file of the shelf cannot load, declares no `FORMAT`, or declares one without cases.
    """
    found = walk_shelf(_PACKAGE, "FORMAT", Format)
    for declared in found:
        if not declared.cases:
            raise DefinitionError(
                "the format has no cases", where=f"{_PACKAGE}.{declared.name}", mend="add a record and its rows"
            )
    return tuple(sorted(found, key=_place))


def recognise(record: Record, among: Iterable[Format] | None = None) -> tuple[Format, ...]:
    """Every format whose decisive marker the record carries: one is the answer, two are a question to the operator.

    `among` spares a caller who holds the shelf already from walking it again.
    """
    return tuple(candidate for candidate in (formats() if among is None else among) if candidate.matches(record))


def _place(declared: Format) -> tuple[int, str]:
    return (_ORDER.index(declared.name) if declared.name in _ORDER else len(_ORDER), declared.name)
