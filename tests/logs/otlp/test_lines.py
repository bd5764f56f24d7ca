"""A line that mixes kinds of spans is claimed once and read in full."""

from __future__ import annotations

from typing import Any

from stillwatch.logs.format import Part
from stillwatch.logs.otlp.lines import REQUEST_PART, is_genai_line, is_openinference_line, read_line


def span(**attributes: str) -> dict[str, Any]:
    return {
        "traceId": "t",
        "spanId": attributes.get("span", "s"),
        "startTimeUnixNano": "1772355600250000000",
        "attributes": [{"key": name, "value": {"stringValue": value}} for name, value in attributes.items()],
    }


def line(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}


GENAI = span(**{"gen_ai.operation.name": "chat", "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "Why?"})
OPENINFERENCE = span(
    **{"openinference.span.kind": "LLM", "input.value": "Why?", "http.request.header.x-request-id": "r"}
)
OTHER = span(**{"http.method": "GET"})


def test_each_line_is_claimed_by_one_format() -> None:
    lines = (line(GENAI), line(OPENINFERENCE), line(GENAI, OPENINFERENCE), line(OTHER), line())
    assert [(is_genai_line(found), is_openinference_line(found)) for found in lines] == [
        (True, False),
        (False, True),
        (True, False),
        (True, False),
        (True, False),
    ]


def test_mixed_line_is_read_in_full() -> None:
    genai, openinference = read_line(line(GENAI, OTHER, OPENINFERENCE))
    assert isinstance(openinference, Part)
    assert isinstance(genai, dict)
    assert (openinference.kind, openinference.key) == (REQUEST_PART, "r")
    assert [row["source"] for row in (genai, openinference.row)] == ["otel_genai", "openinference"]
    assert {row["prompt_text"] for row in (genai, openinference.row)} == {"Why?"}
