"""How many tokens an exchange has cost, as its reply says.

>>> count = TokenCount()
>>> count.see({"usage": {"prompt_tokens": 7, "completion_tokens": 2}})
>>> count.total
9
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.wire.usage import read_usage
from stillwatch.wire.values import count

_HOLDERS: Final = ("message", "response")
"""Where Anthropic's first event and those of OpenAI's responses keep the usage."""


class TokenCount:
    """The highest counts that any event has named: engines send the running total, or one at the end."""

    def __init__(self) -> None:
        self.asked = 0
        self.answered = 0

    @property
    def total(self) -> int:
        return self.asked + self.answered

    def see(self, body: dict[str, Any]) -> None:
        """Look at a whole reply, or at one event of it."""
        for holder in (body, *(inner for name in _HOLDERS if isinstance(inner := body.get(name), dict))):
            usage = holder.get("usage")
            if isinstance(usage, dict) and usage:
                found = read_usage(usage)
                self._add(found.input_tokens, found.output_tokens)
        if "eval_count" in body:  # Ollama's own API
            self._add(count(body.get("prompt_eval_count")), count(body.get("eval_count")))

    def _add(self, asked: int | None, answered: int | None) -> None:
        self.asked = max(self.asked, asked or 0)
        self.answered = max(self.answered, answered or 0)
