"""The public keys that a package is checked with where its reader has none of their own: `keys/keys.json`.

>>> from stillwatch.evidence.log_signer import LogSigner
>>> log = LogSigner.from_seeds("log.example", bytes(32)).verifiers
>>> keys = CaseKeys(log=LogPolicy(origin="log.example", log_keys=log))
>>> read_case_keys(write_case_keys(keys)) == keys
True

Keys that came with what they sign prove that it is one piece, not whose it is. A reader who was given the log's keys in
another way names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.errors import InputError
from stillwatch.evidence.plain_json import read_plain
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.evidence.signed_note import read_verifier

if TYPE_CHECKING:
    from stillwatch.evidence.signed_note import Verifier

KEYS: Final = "keys/keys.json"
HISTORY: Final = "keys/history.json"
"""What the log itself says of its keys and those of others, see `evidence.key_history`."""
_SCHEMA: Final = "stillwatch.case-keys/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKeys:
    log: LogPolicy
    """Each of the log's present keys must have signed the checkpoint, and as many witnesses as it asks for."""
    given: tuple[Verifier, ...] = ()
    """The log's first keys, from which its history leads to the present ones; empty where they are the same."""
    custody: tuple[str, ...] = ()
    """Who may have signed custody statements: public keys as PEM."""


def write_case_keys(keys: CaseKeys) -> bytes:
    """The file, in canonical form (RFC 8785)."""
    policy = keys.log
    written: bytes = rfc8785.dumps(
        {
            "schema": _SCHEMA,
            "origin": policy.origin,
            "log": [str(one) for one in policy.log_keys],
            "given": [str(one) for one in keys.given],
            "witnesses": [str(one) for one in policy.witnesses],
            "quorum": policy.quorum,
            "custody": list(keys.custody),
        }
    )
    return written


def read_case_keys(data: bytes | memoryview, where: str = KEYS) -> CaseKeys:
    """Read the file.

    Raises:
        InputError: It is none.
    """
    try:
        read: dict[str, Any] = read_plain(data, where)
        if read["schema"] != _SCHEMA:
            raise InputError("no keys of this version", where=where, mend="ask for the package again")
        custody = tuple(one.encode("ascii").decode() for one in read["custody"])
        given = tuple(read_verifier(one, where) for one in read["given"])
        policy = LogPolicy(
            origin=read["origin"],
            log_keys=tuple(read_verifier(one, where) for one in read["log"]),
            witnesses=tuple(read_verifier(one, where) for one in read["witnesses"]),
            quorum=int(read["quorum"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"no keys: {error!r}", where=where, mend="ask for the package again") from error
    return CaseKeys(log=policy, given=given, custody=custody)
