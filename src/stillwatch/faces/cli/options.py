"""Options that several commands share, and how their text becomes values."""

from __future__ import annotations

from datetime import UTC, datetime
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
