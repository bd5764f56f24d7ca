"""Read what somebody who checks a package knows from elsewhere: keys, certificates, checkpoints, fields that are shown.

>>> read_trust().policy is None
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evidence.case_check import Trust
from stillwatch.evidence.redaction import read_openings
from stillwatch.evidence.signed_note import read_note
from stillwatch.evidence.timestamp import read_roots
from stillwatch.service.evidence.log_settings import policy_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_trust(
    *,
    log_toml: Path | None = None,
    roots: Path | None = None,
    seen: Sequence[Path] = (),
    openings: Sequence[Path] = (),
) -> Trust:
    """Read the files.

    Args:
        log_toml: The log's name and keys, as its keeper gave them, and a history of keys where one lies beside it.
        roots: Certificates of time authorities, PEM.
        seen: Checkpoints of the log.
        openings: Fields that were taken out, as `openings.json` has them.

    Raises:
        InputError: One is not what it should be.
        SettingsError: The log's settings are damaged.
        VerificationError: The history of keys does not hold.
    """
    return Trust(
        policy=None if log_toml is None else policy_of(log_toml),
        roots=() if roots is None else read_roots(roots.read_bytes(), str(roots)),
        seen=tuple(read_note(path.read_bytes(), str(path)) for path in seen),
        shown=tuple(one for path in openings for one in read_openings(path.read_bytes(), str(path))),
    )
