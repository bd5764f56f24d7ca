r"""What a log says of itself: how many leaves it has, and the root over them (c2sp.org/tlog-checkpoint).

>>> said = Checkpoint("example.com/behind-the-sofa", 20852163, bytes(32))
>>> read_checkpoint(str(said)) == said
True
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.merkle_tree import EMPTY_ROOT, HASH_BYTES

_MEND: Final = "ask the log for it again"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    origin: str
    """The log's name for as long as it lives."""
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Lines that nobody audits; we write none."""

    def __str__(self) -> str:
        """The text of the note, with its last newline."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str, where: str = "") -> Checkpoint:
    """Read the text of a note; whoever calls has looked at its signatures.

    Raises:
        InputError: It is no checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise InputError("no three lines of a checkpoint", where=where, mend=_MEND)
    origin, size, root, *extensions = lines
    try:
        decoded = base64.b64decode(root, validate=True)
    except binascii.Error as error:
        raise InputError("a root that is no base64", where=where, mend=_MEND) from error
    if not _NUMBER.fullmatch(size) or len(decoded) != HASH_BYTES:
        raise InputError(f"a size of {size[:40]!r} or a root of {len(decoded)} bytes", where=where, mend=_MEND)
    if size == "0" and decoded != EMPTY_ROOT:
        raise InputError("an empty log with another root than that of nothing", where=where, mend=_MEND)
    return Checkpoint(origin, int(size), decoded, tuple(extensions))
