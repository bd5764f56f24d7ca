"""Spans as the conventions write them; that they are read back is tested with all formats in test_write_exchange."""

import json

from stillwatch.evaluation.compose import Layout

PEOPLE = {"name": "p", "kind": "coding_agent", "accounts": 10, "fate": {"limited_share": 0.1}}


def attributes(record):
    (span,) = record["resourceSpans"][0]["scopeSpans"][0]["spans"]
    return span, {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def test_every_line_is_one_span(composed):
    records = composed(PEOPLE, days=1, layout=Layout(format="otel")).records
    assert records
    for record in records:
        span, found = attributes(record)
        assert (len(span["traceId"]), len(span["spanId"])) == (32, 16)
        assert found["gen_ai.operation.name"] == "chat"
        assert int(span["endTimeUnixNano"]) > int(span["startTimeUnixNano"])
        messages = json.loads(found["gen_ai.input.messages"])
        assert {part["type"] for message in messages for part in message["parts"]} == {"text"}
        assert ("error.type" in found) == (span["status"] == {"code": 2}) == ("gen_ai.output.messages" not in found)


def test_parameters_are_attributes_of_their_own(composed):
    records = composed(PEOPLE | {"accounts": 60}, days=1, layout=Layout(format="otel")).records
    names = {name for record in records for name in attributes(record)[1] if name.startswith("gen_ai.request.")}
    assert {"gen_ai.request.model", "gen_ai.request.temperature", "gen_ai.request.max_tokens"} <= names
