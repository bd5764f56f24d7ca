"""Bodies of requests that the guard is measured with: chats of some sizes, and a coding agent's at its end."""

from __future__ import annotations

import json
import random
import sysconfig
from pathlib import Path
from typing import Any, Final

_SEED: Final = 5
_SIGNATURE_BITS: Final = 2_000


def chat_body(size_bytes: int) -> bytes:
    """A system text of a fifth, and one question that holds the rest; prose of two thousand words."""
    picked = random.Random(_SEED)
    words = ["".join(picked.choices("etaoinshrdlu", k=picked.randint(2, 9))) for _ in range(2_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    text = " ".join(picked.choices(words, weights, k=size_bytes // 5))
    system, asked = text[: size_bytes // 5], text[size_bytes // 5 : size_bytes - 150]
    messages = [{"role": "system", "content": system}, {"role": "user", "content": asked}]
    return json.dumps({"model": "m-1", "temperature": 0.7, "max_tokens": 500, "messages": messages}).encode()


def agent_body(size_bytes: int) -> bytes:
    """A session of one question, and then calls of tools whose results are files of Python's library, with signed
    reasoning before each call.
    """
    picked = random.Random(_SEED)
    files = _sources()
    messages: list[dict[str, Any]] = [
        {
            "role": "user",
            "content": [{"type": "text", "text": "Find out why the parser fails on empty input; mend it."}],
        }
    ]
    tools = [
        {"name": f"tool_{number}", "description": files[number][:900], "input_schema": {"type": "object"}}
        for number in range(18)
    ]
    body = {"model": "m-1", "max_tokens": 8_000, "stream": True, "tools": tools, "messages": messages}
    body["system"] = [{"type": "text", "text": files[3][:9_000]}]
    size, number = len(json.dumps(body)), 0
    while size < size_bytes:
        text = files[number % len(files)][: size_bytes - size]
        turn = [
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "thinking",
                        "thinking": "Let me look at the file first, then at its tests. " * 6,
                        "signature": f"{picked.getrandbits(_SIGNATURE_BITS):x}",
                    },
                    {"type": "tool_use", "id": f"toolu_{number}", "name": "Read", "input": {"path": f"{number}.py"}},
                ],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": text}]},
        ]
        messages += turn
        size += len(json.dumps(turn))
        number += 1
    return json.dumps(body).encode()


def _sources() -> list[str]:
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    texts = [file.read_text("utf-8", errors="ignore") for file in files]
    return [text for text in texts if 2_000 < len(text) < 20_000]
