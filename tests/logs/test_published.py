from __future__ import annotations

from stillwatch.logs.published import exchanges_of
from stillwatch.wire.messages import chain_hash


def test_each_user_turn_is_an_exchange() -> None:
    talk = [("user", "Why?"), ("user", "Well?"), ("assistant", "Because.")]
    rows = [found.row for found in exchanges_of([{"role": role, "content": said} for role, said in talk])]
    assert [(row["prompt_text"], row["reply_text"], row["turn"]) for row in rows] == [
        ("Why?", None, 1),
        ("Well?", "Because.", 2),
    ]
    assert [(row["chain_self"], row["chain_parent"]) for row in rows] == [
        (chain_hash(talk[:1]), 0),
        (chain_hash(talk[:2]), chain_hash(talk[:1])),
    ]
