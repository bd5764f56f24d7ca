"""An egress watch as JSON, for programs, and as the file whose digest is noted in the transparency log."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.egress import EgressWatch

NAME: Final = "egress.json"
_SCHEMA: Final = "stillwatch.egress/1"


def egress_document(watch: EgressWatch) -> dict[str, Any]:
    """Everything in it; times in UTC."""
    plain: dict[str, Any] = _plain(asdict(watch))
    return {"schema": _SCHEMA, **plain}


def write_egress(watch: EgressWatch, folder: Path) -> Path:
    """Write it as `egress.json`."""
    path = folder / NAME
    write_whole(path, (json.dumps(egress_document(watch), indent=2, ensure_ascii=False) + "\n").encode())
    return path


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
