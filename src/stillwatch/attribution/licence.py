"""A licence to distil as a signed text, which any program that reads JSON Web Tokens can check.

>>> from datetime import UTC, datetime
>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
>>> licence = Licence(
...     id="g-1",
...     issuer="lab.example",
...     licensee="Harbour Robotics",
...     accounts=("a-1",),
...     teachers=("lab-chat-*",),
...     student="dock-7b",
...     purpose="a harbour assistant",
...     issued_at=datetime(2026, 11, 1, tzinfo=UTC),
...     valid_from=datetime(2026, 11, 1, tzinfo=UTC),
...     valid_until=datetime(2027, 11, 1, tzinfo=UTC),
...     most_tokens=10**9,
...     most_prompts=0,
... )
>>> read_licence(write_licence(licence, key), [key.public_key()]) == licence
True

Claims by their registered names (RFC 7519): `jti` the id, `iss`, `sub` the licensee, `iat`, `nbf`, `exp`; all else
under `distillation`. A provider's terms forbid learning from answers without leave: this is that leave, in a form that
a scan, a guard and a court can read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.core.licence import Licence, Used
from stillwatch.core.policy import Wants
from stillwatch.signing.jws import read_jws, write_jws

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from stillwatch.signing.signing_key import SigningKey

KIND: Final = "distillation-licence+jwt"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")
_LAST_YEAR: Final = 2261
"""Nanoseconds since 1970 end in the year after, in 64 bits."""
_MEND: Final = "ask the issuer for the licence again"


def write_licence(licence: Licence, key: SigningKey) -> str:
    """The licence, signed by its issuer.

    Raises:
        InputError: It grants nothing, or not as a licence must.
    """
    refuse_licence(licence)
    return write_jws(
        {
            "jti": licence.id,
            "iss": licence.issuer,
            "sub": licence.licensee,
            "iat": int(licence.issued_at.timestamp()),
            "nbf": int(licence.valid_from.timestamp()),
            "exp": int(licence.valid_until.timestamp()),
            "distillation": {
                "accounts": list(licence.accounts),
                "teachers": list(licence.teachers),
                "student": licence.student,
                "purpose": licence.purpose,
                "most_tokens": licence.most_tokens,
                "most_prompts": licence.most_prompts,
                "features": [one.value for one in licence.features],
                "mark": licence.mark,
            },
        },
        KIND,
        key,
    )


def read_licence(text: str, known: Iterable[Ed25519PublicKey], where: str = "") -> Licence:
    """The licence, once one of the known keys has signed it; whether it is in force is another question.

    Raises:
        InputError: It is no licence.
        VerificationError: None of the keys has signed it.
    """
    claims = read_jws(text, KIND, known, where)
    try:
        granted = claims["distillation"]
        licence = Licence(
            id=_text(claims["jti"]),
            issuer=_text(claims["iss"]),
            licensee=_text(claims["sub"]),
            accounts=tuple(map(_text, granted["accounts"])),
            teachers=tuple(map(_text, granted["teachers"])),
            student=_text(granted["student"]),
            purpose=_text(granted["purpose"]),
            issued_at=_moment(claims["iat"]),
            valid_from=_moment(claims["nbf"]),
            valid_until=_moment(claims["exp"]),
            most_tokens=_count(granted["most_tokens"]),
            most_prompts=_count(granted["most_prompts"]),
            features=tuple(map(Wants, granted["features"])),
            mark=_text(granted["mark"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise InputError(f"it is signed, and no licence: {error}", where=where, mend=_MEND) from error
    refuse_licence(licence)
    return licence


def refuse_licence(licence: Licence) -> None:
    """Refuse what could never be in force, or would cover whatever anybody does.

    Raises:
        InputError: It is such a one.
    """
    if not _ID.fullmatch(licence.id):
        raise InputError(f"{licence.id!r} cannot name a licence", mend="use letters, digits and . _ : @ - alone")
    if not licence.accounts or not all(licence.accounts):
        raise InputError("a licence without accounts", mend="name the accounts by which the licensee distils")
    if not licence.teachers or not all(licence.teachers):
        raise InputError("a licence without a model", mend="name what may be learned from")
    if not licence.licensee or not licence.purpose:
        raise InputError("a licence without licensee or purpose", mend="say who may distil, and for what")
    if licence.valid_until <= licence.valid_from:
        raise InputError("a licence that ends before it begins", mend="mend one of the two")
    if licence.valid_until.year > _LAST_YEAR:
        raise InputError("a licence that ends beyond what clocks count", mend=f"let it end by {_LAST_YEAR}")


def why_not(licence: Licence, *, at: datetime, revoked: frozenset[str] = frozenset(), used: Used | None = None) -> str:
    """Why a licence is not in force; empty where it is."""
    if licence.id in revoked:
        return "it was revoked"
    if at < licence.valid_from:
        return f"it begins on {licence.valid_from:%Y-%m-%d %H:%M}Z"
    if at >= licence.valid_until:
        return f"it ended on {licence.valid_until:%Y-%m-%d %H:%M}Z"
    if used is not None and licence.most_prompts and used.prompts >= licence.most_prompts:
        return f"its {licence.most_prompts:,} prompts are used"
    if used is not None and licence.most_tokens and used.output_tokens >= licence.most_tokens:
        return f"its {licence.most_tokens:,} tokens are used"
    return ""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text belongs")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("no count where one belongs")
    return value


def _moment(value: Any) -> datetime:
    return datetime.fromtimestamp(_count(value), UTC)
