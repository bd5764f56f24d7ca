"""Options that several commands share, and how their text becomes values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Option = click.ParamType[Any]
else:
    _Option = click.ParamType  # not generic before click 8.3


class Moment(_Option):
    """A date or time; without a zone it is UTC. Becomes nanoseconds since 1970 UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            parsed = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date or time; write 2026-05-01 or 2026-05-01T12:00", param, ctx)
        zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return int(zoned.timestamp()) * 10**9 + zoned.microsecond * 1000


class Size(_Option):
    """A size such as 3G or 512M. Becomes bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip().upper().removesuffix("B").removesuffix("I")
        factor = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}.get(text[-1:], 1)
        try:
            return int(float(text.rstrip("KMGT")) * factor)
        except ValueError:
            self.fail(f"{value!r} is no size; write 3G or 512M", param, ctx)


class Span(_Option):
    """A span of time such as 90s, 5m, 6h or 30d. Becomes a timedelta."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", str(value).strip().lower())
        seconds = float(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[found[2]] if found else 0.0
        if seconds <= 0:
            self.fail(f"{value!r} is no span of time; write 90s, 5m, 6h or 30d", param, ctx)
        return timedelta(seconds=seconds)
