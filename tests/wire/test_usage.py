from __future__ import annotations

from typing import Any

import pytest

from stillwatch.wire.usage import Usage, read_usage


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {
                "prompt_tokens": 34,
                "completion_tokens": 12,
                "prompt_tokens_details": {"cached_tokens": 8},
                "completion_tokens_details": {"reasoning_tokens": 5},
            },
            Usage(34, 12, 5, 8),
        ),
        ({"input_tokens": 34, "output_tokens": 12, "cache_read_input_tokens": 8}, Usage(34, 12, None, 8)),
        ({"input_tokens": 34, "output_tokens_details": {"reasoning_tokens": 5}}, Usage(34, None, 5, None)),
        ({"inputTokens": 34, "outputTokens": 12}, Usage(34, 12)),
        ({"promptTokenCount": 34, "candidatesTokenCount": 12, "thoughtsTokenCount": 5}, Usage(34, 12, 5)),
        ({"input": 34, "output": 12}, Usage(34, 12)),
        ('{"input":"34"}', Usage(34)),
        ({"prompt_tokens": "x", "completion_tokens": -1}, Usage()),
        (None, Usage()),
    ],
)
def test_usage_of_any_api(written: Any, expected: Usage) -> None:
    assert read_usage(written) == expected
