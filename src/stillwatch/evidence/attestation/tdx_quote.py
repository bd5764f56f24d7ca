"""Quotes of Intel TDX, versions 4 and 5: what was measured of a trust domain, signed by its machine's quoting enclave.

Layout: "Intel TDX DCAP: Quote Generation Library and Quote Verification Library", appendix A. Its signature chains
to Intel over certificates that expire and are revoked; that is not judged here, so a quote stays "not verified".
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final

from stillwatch.core.hardware import AttestationKind, AttestationReport

_HEADER: Final = struct.Struct("<HHI")
_BODY_AT: Final = {4: 48, 5: 54}
"""Version of the quote → where its body begins; version 5 puts type and size of the body before it."""
_TDX: Final = 0x81
_BODY_BYTES: Final = 584
_MEASUREMENTS: Final = (
    ("mrseam", 16, 48),
    ("td_attributes", 120, 8),
    ("mrtd", 136, 48),
    ("mrconfigid", 184, 48),
    ("mrowner", 232, 48),
    ("mrownerconfig", 280, 48),
    *((f"rtmr{number}", 328 + 48 * number, 48) for number in range(4)),
)
_REPORT_DATA: Final = slice(520, 584)


def read_tdx_quote(data: bytes, file: str) -> AttestationReport | None:
    """Read a quote; None where these bytes are none."""
    if len(data) < _HEADER.size:
        return None
    version, _, tee = _HEADER.unpack_from(data)
    start = _BODY_AT.get(version)
    if start is None or tee != _TDX or len(data) < start + _BODY_BYTES:
        return None
    body = data[start : start + _BODY_BYTES]
    return AttestationReport(
        kind=AttestationKind.TDX,
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        measurements=tuple((name, body[place : place + size].hex()) for name, place, size in _MEASUREMENTS),
        nonce=body[_REPORT_DATA].hex(),
    )
