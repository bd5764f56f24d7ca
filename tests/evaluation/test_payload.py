"""Records have the fields of the specification, and their numbers agree with one another."""


def records(composed):
    fate = {"limited_share": 0.1, "failed_share": 0.1}
    return composed({"name": "p", "kind": "coding_agent", "accounts": 20, "fate": fate}, days=2).records


def test_the_markers_of_the_format_are_there(composed):
    for record in records(composed):
        assert {"litellm_call_id", "model_parameters", "messages", "response"} <= record.keys()
        assert len(record["metadata"]["user_api_key_hash"]) == 64


def test_numbers_agree(composed):
    for record in records(composed):
        assert record["total_tokens"] == record["prompt_tokens"] + record["completion_tokens"]
        assert record["startTime"] <= record["completionStartTime"] <= record["endTime"]
        limit = record["model_parameters"].get("max_tokens", 1 << 20)
        assert record["completion_tokens"] <= limit


def test_failures_say_what_happened(composed):
    failures = [record for record in records(composed) if record["status"] == "failure"]
    assert {record["error_information"]["error_code"] for record in failures} == {"429", "500", "503"}
    assert all(record["response"] is None and record["completion_tokens"] == 0 for record in failures)
