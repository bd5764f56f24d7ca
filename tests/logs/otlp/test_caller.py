from __future__ import annotations

from stillwatch.logs.otlp.caller import caller_row, outcome_of_span, request_id


def test_litellm_key_is_the_account_where_the_user_is_a_placeholder() -> None:
    row = caller_row({"metadata.user_api_key_user_id": "default_user_id", "metadata.user_api_key_hash": "k"})
    assert (row["account_id"], row["user_id"], row["api_key_id"]) == ("k", "default_user_id", "k")


def test_the_server_s_address_is_not_the_client_s() -> None:
    assert caller_row({"network.peer.address": "192.0.2.1"})["client_address"] is None


def test_outcome() -> None:
    assert outcome_of_span({"status": {"code": 2}}, {"error.type": "429"}) == {"status_code": 429, "error_type": "429"}
    assert outcome_of_span({}, {}) == {"status_code": 200, "error_type": None}


def test_request_id_may_be_a_list_of_header_values() -> None:
    assert request_id({"http.request.header.x-request-id": ["r-1"]}) == "r-1"
