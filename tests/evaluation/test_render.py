"""What later turns, templates and stages look like in the messages of a record."""

import json


def asked(record):
    return record["messages"][-1]["content"]


def test_the_reply_of_a_turn_is_quoted_by_the_next(composed):
    log = composed({"name": "p", "kind": "chat_people", "accounts": 60, "fate": {"limited_share": 0.0}}, days=3)
    replies = {
        json.dumps(record["messages"]): record["response"]["choices"][0]["message"]["content"]
        for record in log.records
        if record["response"]
    }
    checked = 0
    for record in log.records:
        earlier = replies.get(json.dumps(record["messages"][:-2]))
        if earlier is not None:
            assert record["messages"][-2]["content"] == earlier
            checked += 1
    assert checked > 20


def test_stages_wrap_the_item(composed):
    for kind, mark in (("grading_fleet", "[Answer B]"), ("cleaning_fleet", "</session>")):
        log = composed({"name": "p", "kind": kind, "accounts": 3}, days=1)
        assert all(mark in asked(record) for record in log.records)


def test_a_sweep_varies_a_few_requests(composed):
    log = composed({"name": "p", "kind": "sweep_fleet", "accounts": 10}, days=2)
    assert len({asked(record) for record in log.records}) > 0.9 * len(log.records)
    assert len({asked(record)[-25:] for record in log.records}) <= 3


def test_a_template_stands_around_every_item(composed):
    log = composed({"name": "p", "kind": "harvest_fleet", "accounts": 4}, days=1)
    assert len({asked(record)[:60] for record in log.records}) == 1
