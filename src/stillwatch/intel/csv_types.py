"""Words for types of indicators in published tables, and values as such tables write them.

>>> kind_of("IPv4", "192.0.2[.]7")
Typed(kind=<IndicatorKind.ADDRESS: 'address'>, value='192.0.2.7')
>>> kind_of("Telegram ID", "1234567")
Typed(kind=<IndicatorKind.OTHER: 'other'>, value='telegramid:1234567')
>>> kind_of("", "Mail.Example")
Typed(kind=<IndicatorKind.DOMAIN: 'domain'>, value='mail.example')

Publishers break addresses and names with brackets so that nobody clicks them; that is undone.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.stix_pattern import asn_number

KINDS: Final = {
    **dict.fromkeys(
        ("ip", "ipv4", "ipv6", "ipv4addr", "ipv6addr", "ipaddress", "ipsrc", "ipdst", "address"), IndicatorKind.ADDRESS
    ),
    **dict.fromkeys(("cidr", "prefix", "netblock", "iprange", "network", "subnet"), IndicatorKind.PREFIX),
    **dict.fromkeys(("asn", "as", "autonomoussystem"), IndicatorKind.ASN),
    **dict.fromkeys(("domain", "domainname", "hostname", "host", "fqdn"), IndicatorKind.DOMAIN),
    **dict.fromkeys(("email", "emailaddr", "emailaddress", "mail"), IndicatorKind.EMAIL),
    **dict.fromkeys(("phone", "phonenumber"), IndicatorKind.PHONE),
    **dict.fromkeys(("account", "accountid", "useraccount", "userid"), IndicatorKind.ACCOUNT),
    **dict.fromkeys(("payment", "paymentcard", "paymentinstrument"), IndicatorKind.PAYMENT),
    **dict.fromkeys(("device", "deviceid"), IndicatorKind.DEVICE),
    "useragent": IndicatorKind.USER_AGENT,
    "client": IndicatorKind.CLIENT,
    **dict.fromkeys(("ja4", "tlsja4"), IndicatorKind.TLS_JA4),
    "template": IndicatorKind.TEMPLATE,
    "other": IndicatorKind.OTHER,
}
"""Words for a type, without case and punctuation."""
_BROKEN: Final = (("[.]", "."), ("(.)", "."), ("{.}", "."), ("[dot]", "."), ("[:]", ":"), ("[@]", "@"), ("[at]", "@"))
_NETWORK: Final = frozenset((IndicatorKind.ADDRESS, IndicatorKind.PREFIX, IndicatorKind.DOMAIN, IndicatorKind.EMAIL))
_NAME: Final = re.compile(r"(?=.{1,253}$)(?:[\w-]{1,63}\.)+[\w-]{2,63}\.?")
_WORD: Final = re.compile(r"[^a-z0-9]+")


class Typed(NamedTuple):
    kind: IndicatorKind
    value: str
    """In its usual form; of what no guard matches, the publisher's word for its type, a colon and the value."""


def plain(word: str) -> str:
    """A word without case and punctuation."""
    return _WORD.sub("", word.lower())


def kind_of(word: str, value: str) -> Typed:
    """What a value is, by the publisher's word for its type, or by its looks where there is no word.

    Raises:
        ValueError: It is not what its type says.
    """
    text = value.strip()
    kind = KINDS.get(plain(word)) if word.strip() else _looks(_unbroken(text))
    if kind is None:
        return Typed(IndicatorKind.OTHER, f"{plain(word) or 'value'}:{text}")
    if kind in _NETWORK:
        text = _unbroken(text)
    if kind in (IndicatorKind.ADDRESS, IndicatorKind.PREFIX):
        block = ipaddress.ip_network(text, strict=False)
        is_one = block.num_addresses == 1
        return Typed(*((IndicatorKind.ADDRESS, str(block[0])) if is_one else (IndicatorKind.PREFIX, str(block))))
    if kind is IndicatorKind.DOMAIN:
        if not _NAME.fullmatch(text):
            raise ValueError(f"{text[:60]!r} is no name of a host or domain")
        text = text.lower().rstrip(".")
    if kind is IndicatorKind.ASN:
        text = str(asn_number(text) or text)
    return Typed(kind, text)


def word_of(kind: IndicatorKind, value: str) -> tuple[str, str]:
    """The type in the words of published tables, and the value."""
    if kind is IndicatorKind.ADDRESS:
        return ("ipv6" if ":" in value else "ipv4"), value
    if kind is IndicatorKind.OTHER:
        word, colon, rest = value.partition(":")
        return (word, rest) if colon and word == plain(word) and word not in KINDS else ("other", value)
    return {IndicatorKind.PREFIX: "cidr", IndicatorKind.TLS_JA4: "ja4"}.get(kind, kind.value), value


def _looks(text: str) -> IndicatorKind | None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        if "@" in text:
            return IndicatorKind.EMAIL
        return IndicatorKind.DOMAIN if _NAME.fullmatch(text) else None
    return IndicatorKind.ADDRESS


def _unbroken(text: str) -> str:
    for broken, whole in _BROKEN:
        text = text.replace(broken, whole)
    return text
