"""What a statement about an act of this installation says: what, when, by whom, and a salt against guessing.

>>> from datetime import UTC, datetime
>>> body = salted("access", {"who": "Ada"}, at=datetime(2026, 11, 22, tzinfo=UTC), salt=bytes(16))
>>> sorted(body)
['at', 'salt', 'schema', 'what', 'who']

Only the digest of a statement is published. A name, an id or a reason has so few possible values that a digest alone
would tell it to whoever tries them all; a salt of 16 random bytes in the statement keeps that from them.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SCHEMA: Final = "stillwatch.noted/1"
SALT_BYTES: Final = 16
_OURS: Final = frozenset(("schema", "what", "at", "salt"))


def salted(what: str, said: Mapping[str, Any], *, at: datetime, salt: bytes) -> dict[str, Any]:
    """A statement.

    Args:
        what: In one word what was done.
        said: JSON beside it.
        at: When it was done.
        salt: 16 random bytes, new for each.

    Raises:
        ValueError: The salt is shorter, or what is said has a name that is taken.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt of {len(salt)} bytes")
    if taken := _OURS & said.keys():
        raise ValueError(f"{sorted(taken)} are not said twice")
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"schema": SCHEMA, "what": what, "at": moment, "salt": salt.hex(), **said}
