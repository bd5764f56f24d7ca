"""Replies as LiteLLM's hooks hand them over: its own objects, dictionaries, bytes."""

from __future__ import annotations

from typing import Any

from guarded import Told
from pydantic import BaseModel

from stillwatch.core.decision import NO_OBLIGATIONS, Action, Charge, Decision, Exposed, Obligations, Withhold
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.litellm_reply import LiteLLMReply
from stillwatch.guard.budgets import budget_key

WITHHOLD = Obligations(withhold_reasoning=Withhold.STRIP)
TRIM = Obligations(strip_logprobs=True)
FACTS = RequestFacts("r-1", 0.0, account_id="a-1")


class Chunk(BaseModel, extra="allow"):
    """As LiteLLM's: fields, and beside them what it keeps for itself."""

    choices: list[dict[str, Any]]
    _hidden_params: dict[str, Any] = {}


def reply(obligations: Obligations = NO_OBLIGATIONS, **other: Any) -> LiteLLMReply:
    decision = Decision(action=Action.ALLOW, obligations=obligations, **other)
    return LiteLLMReply(Told().guard, FACTS, decision, "Hi")


def delta(**fields: Any) -> Chunk:
    return Chunk(choices=[{"index": 0, "delta": fields}])


def test_nothing_is_awaited_where_nothing_is_left_to_do() -> None:
    assert not reply().is_awaited
    assert not reply(Obligations(max_tokens=9)).is_awaited
    assert reply(TRIM).is_awaited
    assert reply(applied=("trim",)).is_awaited
    charge = Charge(budget=budget_key("account", "a"), interval_s=1.0, burst=1, counts_tokens=True)
    assert reply(charges=(charge,)).is_awaited
    assert not reply(charges=(charge._replace(counts_tokens=False),)).is_awaited


def test_an_object_that_changes_keeps_its_kind_and_what_litellm_keeps_beside_it() -> None:
    whole = Chunk(choices=[{"message": {"content": "4", "reasoning_content": "2+2"}}])
    whole._hidden_params = {"model_id": "m-1"}
    kept = reply(WITHHOLD).whole(whole)
    assert (type(kept), kept.choices, kept._hidden_params) == (
        Chunk,
        [{"message": {"content": "4"}}],
        {"model_id": "m-1"},
    )
    assert whole.choices[0]["message"]["reasoning_content"] == "2+2"


def test_what_does_not_change_is_the_very_object_that_came() -> None:
    plain, said, audio = Chunk(choices=[{"message": {"content": "4"}}]), {"content": []}, b"RIFF"
    asked = reply(WITHHOLD)
    assert asked.whole(plain) is plain
    assert asked.whole(said) is said
    assert asked.whole(audio) is audio
    stream = asked.stream()
    chunk = delta(content="4")
    assert stream.feed(chunk)[0] is chunk
    event = b'data: {"type":"ping"}\n\n'
    assert stream.feed(event) == [event]


def test_a_stream_of_objects_loses_its_reasoning_chunk_by_chunk() -> None:
    stream = reply(WITHHOLD).stream()
    assert [one.choices[0]["delta"] for one in stream.feed(delta(reasoning_content="2+2", role="assistant"))] == [
        {"role": "assistant"}
    ]
    assert [one.choices[0]["delta"] for one in stream.feed(delta(content="4"))] == [{"content": "4"}]
    assert stream.close() == []


def test_a_stream_of_bytes_goes_on_event_by_event_however_it_is_cut() -> None:
    stream = reply(TRIM).stream()
    event = b'data: {"choices":[{"logprobs":{"content":[]}}]}\n\n'
    assert stream.feed(event[:9]) == []
    assert stream.feed(event[9:]) == [b'data: {"choices":[{"logprobs":null}]}\n\n']
    assert stream.feed(b"data: [DO") == []
    assert stream.feed(b"NE]\n\n") == [b"data: [DONE]\n\n"]


def test_a_stream_that_repeats_what_is_withheld_is_ended() -> None:
    thought = "So what is asked is a train. " + " ".join(f"Line {n} leaves at {n}." for n in range(30))
    stream = reply(WITHHOLD._replace(if_exposed=Exposed.STOP)).stream()
    stream.feed(delta(reasoning_content=thought))
    stream.feed(delta(content="Hm. "))
    last = stream.feed(delta(content=thought))
    assert stream.is_stopped
    assert [one.choices[0]["finish_reason"] for one in last] == ["content_filter"]


def test_tokens_are_booked_on_the_decisions_budget() -> None:
    told = Told()
    charge = Charge(budget=budget_key("account", "a"), interval_s=6.0, burst=1, counts_tokens=True)
    decision = Decision(action=Action.ALLOW, charges=(charge,))
    LiteLLMReply(told.guard, FACTS, decision, "").book(10, at=100.0)
    assert told.guard.guarded.budgets.whole_at(charge.budget) == 160.0


def test_signed_reasoning_that_is_handed_out_is_bound_and_what_is_withheld_is_not() -> None:
    told = Told('version = "1"\n[[rule]]\nname = "pooled"\nforeign_reasoning = ["account"]\nrespond = "observe"\n')
    bound: list[tuple[str, ...]] = []
    told.guard.bind_reasoning = lambda _, signatures: bound.append(tuple(signatures))  # type: ignore[method-assign]
    body = {"content": [{"type": "thinking", "thinking": "2+2", "signature": "signed"}]}
    for obligations in (NO_OBLIGATIONS, WITHHOLD):
        asked = LiteLLMReply(told.guard, FACTS, Decision(action=Action.ALLOW, obligations=obligations), "")
        assert asked.is_awaited
        asked.whole(body)
    stream = LiteLLMReply(told.guard, FACTS, Decision(action=Action.ALLOW), "").stream()
    stream.feed(b'data: {"delta": {"type": "signature_delta", "signature": "streamed"}}\n\n')
    stream.bind()
    assert bound == [("signed",), (), ("streamed",)]
