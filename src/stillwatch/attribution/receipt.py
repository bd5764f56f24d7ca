"""A receipt of what was used of a licence, which the licensee can check against its own records.

>>> entry_of_exchange(UsedExchange("r-1", "lab-chat-2", 12, "ab" * 32))[:39]
b'{"answer_sha256":"ababababababababababa'

The receipt is signed and holds sums and one root: the head of a tree (RFC 6962) over the entries of all exchanges, in
the order of their hashes. Whoever kept ids, models, token counts and digests of the answers computes the same root; one
exchange more, less or other gives another. It says nothing of any exchange to those who do not have them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.licence import Used
from stillwatch.signing.jws import read_jws, write_jws

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from stillwatch.signing.signing_key import SigningKey

KIND: Final = "distillation-receipt+jwt"


class UsedExchange(NamedTuple):
    """What both sides know of one exchange."""

    id: str
    """Of the response, as the API gave it out."""
    model: str
    output_tokens: int
    answer_sha256: str
    """Of the text of the answer in UTF-8, hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    licence: str
    issuer: str
    licensee: str
    issued_at: datetime
    used: Used
    root: str
    """Hex; of the tree over all exchanges."""


def entry_of_exchange(exchange: UsedExchange) -> bytes:
    """The bytes whose hash is a leaf: JSON with sorted names and without spaces."""
    return json.dumps(exchange._asdict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def write_receipt(receipt: Receipt, key: SigningKey) -> str:
    """The receipt, signed by the issuer of the licence."""
    return write_jws(
        {
            "iss": receipt.issuer,
            "sub": receipt.licensee,
            "iat": int(receipt.issued_at.timestamp()),
            "usage": {"licence": receipt.licence, **receipt.used._asdict(), "root": receipt.root},
        },
        KIND,
        key,
    )


def read_receipt(text: str, known: Iterable[Ed25519PublicKey], where: str = "") -> Receipt:
    """The receipt, once one of the known keys has signed it.

    Raises:
        InputError: It is no receipt.
        VerificationError: None of the keys has signed it.
    """
    claims = read_jws(text, KIND, known, where)
    try:
        usage = claims["usage"]
        return Receipt(
            licence=str(usage["licence"]),
            issuer=str(claims["iss"]),
            licensee=str(claims["sub"]),
            issued_at=datetime.fromtimestamp(int(claims["iat"]), UTC),
            used=Used(*(int(usage[name]) for name in Used._fields)),
            root=bytes.fromhex(usage["root"]).hex(),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        mend = "ask the issuer for the receipt again"
        raise InputError(f"it is signed, and no receipt: {error}", where=where, mend=mend) from error
