"""Tell on the terminal where a long measurement is."""

from __future__ import annotations

import sys
from datetime import UTC, datetime


def say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)
