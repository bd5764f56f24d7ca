"""Name the log formats that can be read.

[found.name for found in list_formats()]  # ["stillwatch_exchange", "har", "otel_genai", ...]
"""

from __future__ import annotations

from stillwatch.core.format_info import FormatInfo
from stillwatch.logs.shelf import formats


def list_formats() -> tuple[FormatInfo, ...]:
    """Every format on the shelf, in the order in which recognition names them."""
    return tuple(FormatInfo(name=one.name, title=one.title, account_hint=one.account_hint) for one in formats())
