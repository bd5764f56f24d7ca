"""What a peer can match against its own logs and live traffic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


class IndicatorKind(StrEnum):
    """What the value of an indicator is."""

    ACCOUNT = "account"
    """Id of an account at the producer's service."""
    EMAIL = "email"
    PHONE = "phone"
    PAYMENT = "payment"
    """Fingerprint of a payment instrument."""
    DEVICE = "device"
    ADDRESS = "address"
    """IPv4 or IPv6 address."""
    PREFIX = "prefix"
    """CIDR block."""
    ASN = "asn"
    DOMAIN = "domain"
    """Of a mail address or of a proxy service."""
    USER_AGENT = "user-agent"
    CLIENT = "client"
    """User agent, order of the headers and TLS fingerprint together, as `KeyName.CLIENT`."""
    TLS_JA4 = "tls-ja4"
    TEMPLATE = "template"
    """Decimal digits of a key made of the prompt, a signed 64-bit integer; `template_kind` says which."""
    OTHER = "other"
    """What no guard of ours matches, kept for others: hashes of files, messenger ids, ..."""


PERSONAL: Final = frozenset({IndicatorKind.EMAIL, IndicatorKind.PHONE, IndicatorKind.PAYMENT, IndicatorKind.DEVICE})
"""What says who a person is; it leaves as a keyed token or not at all."""


class Form(StrEnum):
    """How the value is written, which decides who can compare it."""

    CLEAR = "clear"
    SALTED = "salted"
    """Made under the salt named by `key_id`: of templates, the one of the producer's store; see `logs.store`."""
    PAIRWISE = "pairwise"
    """HMAC under the key that two members have agreed on, named by `key_id`."""
    OPRF = "oprf"
    """Output of the verifiable oblivious function of the epoch named by `key_id` (RFC 9497)."""


class Certainty(StrEnum):
    """How a statement is known: seen in a log, concluded from what was seen, or said by somebody else."""

    OBSERVED = "observed"
    INFERRED = "inferred"
    ALLEGED = "alleged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    id: str
    """STIX id, `indicator--` and a UUID of version 4; kept verbatim when passed on."""
    kind: IndicatorKind
    value: str
    form: Form = Form.CLEAR
    key_id: str = ""
    """Under which salt, pair or epoch the value was made; empty where it is clear."""
    template_kind: int = 0
    """Of a template: `core.key_kind.KeyKind`."""
    campaign_id: str
    """STIX id of the campaign that it indicates."""
    confidence: int
    """0 … 100, the scale of STIX."""
    certainty: Certainty = Certainty.OBSERVED
    valid_from: datetime
    valid_until: datetime
    """No indicator is for ever."""
