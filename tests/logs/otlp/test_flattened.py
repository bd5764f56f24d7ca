from __future__ import annotations

from stillwatch.logs.otlp.flattened import indexed, openinference_messages


def test_leaves_are_put_together_in_order() -> None:
    found = {"p.10.a": 1, "p.2.a": 2, "p.2.b": 3, "p.x.a": 4, "p.3": 5, "q.0.a": 6}
    assert indexed(found, "p") == [{"a": 2, "b": 3}, {"a": 1}]


def test_content_in_parts() -> None:
    found = {"m.0.message.role": "user", "m.0.message.contents.0.message_content.text": "Why?"}
    assert openinference_messages(found, "m") == [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}]
