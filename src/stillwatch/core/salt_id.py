"""By what a salt is called, so that those who hold the same one know it, and nobody else learns it.

>>> salt_id(7)
'7902699be42c8a8e'

A salt has 63 random bits: whoever knows its name cannot find it by trying.
"""

from __future__ import annotations

import hashlib


def salt_id(salt: int) -> str:
    """The first 16 hex digits of the SHA-256 of its decimal digits."""
    return hashlib.sha256(str(salt).encode()).hexdigest()[:16]
