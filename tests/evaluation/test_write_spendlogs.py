"""Rows as the table exports them; that they are read back is tested with all formats in test_write_exchange."""

import re

from stillwatch.evaluation.compose import Layout


def test_prompt_and_parameters_stand_in_the_proxied_request(composed):
    people = {"name": "p", "kind": "coding_agent", "accounts": 10, "fate": {"limited_share": 0.1}}
    records = composed(people, days=1, layout=Layout(format="spendlogs")).records
    for record in records:
        assert record["messages"] == {}
        assert record["proxy_server_request"]["messages"]
        assert "model_parameters" not in record
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", record["startTime"])
        assert (record["status"] == "failure") == (record["metadata"]["error_information"] is not None)
    assert any("max_tokens" in record["proxy_server_request"] for record in records)
