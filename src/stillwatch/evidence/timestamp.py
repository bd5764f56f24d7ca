"""Time stamps of an authority over bytes: RFC 3161, asked for and checked without a network.

>>> asked = ask_for(b"a checkpoint")
>>> asked.nonce > 0, len(asked.query) > 40
(True, True)

A token states that a digest existed at a time. It is checked against roots that the reader trusts, as of that time: the
authority's certificate must have been valid then and be one for time stamping. In an air gap the authority is one's own
(`service.evidence.time_authority`), and its time is that authority's claim and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError as TokenError

from stillwatch.core.errors import InputError, VerificationError

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Certificate

_MEND: Final = "ask the authority again"


class TimeQuery(NamedTuple):
    query: bytes
    """DER, `application/timestamp-query`."""
    nonce: int
    """What the answer must bear, so that an old one cannot be given for it."""


class Stamped(NamedTuple):
    at: datetime
    authority: str
    """Name in the certificate that signed, as RFC 4514 writes it."""


def ask_for(data: bytes) -> TimeQuery:
    """A request for a time stamp over the SHA-512 digest of some bytes."""
    made = TimestampRequestBuilder().data(data).build()
    return TimeQuery(made.as_bytes(), made.nonce or 0)


def read_roots(pem: bytes, where: str = "") -> tuple[Certificate, ...]:
    """The certificates of a PEM file: roots, and any between them and the authority.

    Raises:
        InputError: There is none in it.
    """
    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise InputError(f"no certificates: {error}", where=where, mend="give the authority's chain as PEM") from error


def check_timestamp(
    answer: bytes, data: bytes, roots: tuple[Certificate, ...], *, nonce: int | None = None, where: str = ""
) -> Stamped:
    """Check a time stamp over some bytes.

    Args:
        answer: DER, `application/timestamp-reply`.
        data: What was stamped.
        roots: Whom the reader trusts.
        nonce: Of the request, where the answer is to that very request.
        where: Named in errors.

    Raises:
        VerificationError: It is over something else, of another authority, or the authority was not entitled then.
    """
    if not roots:
        raise VerificationError("no authority is trusted", where=where, mend="name the roots that you trust")
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        response = decode_timestamp_response(answer)
        builder.build().verify_message(response, data)
        info, signed = response.tst_info, response.signed_data
        signer = next(iter(signed.signer_infos))
    except (TokenError, ValueError) as error:
        raise VerificationError(f"the time stamp does not hold: {error}", where=where, mend=_MEND) from error
    certificates = (load_der_x509_certificate(one) for one in signed.certificates)
    name = next((one.subject for one in certificates if one.serial_number == signer.serial_number), signer.issuer)
    return Stamped(info.gen_time, name.rfc4514_string())
