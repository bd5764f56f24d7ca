"""Patterns of indicators: one comparison of one observable, written and read back.

>>> from stillwatch.core.indicator import Form, IndicatorKind
>>> pattern_of(Said(IndicatorKind.DOMAIN, "example.com"))
"[domain-name:value = 'example.com']"
>>> read_pattern("[ipv4-addr:value = '192.0.2.0/24']")[:2]
(<IndicatorKind.PREFIX: 'prefix'>, '192.0.2.0/24')

What STIX has an observable for is written as that; keyed values, and what it has none for, as `x-stillwatch-key`. Of
others' patterns those are read that compare one observable for equality: a pattern that says more than one thing is
none that a table of standings can hold, and it is refused with its reason.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.vocabulary.extension import ACCOUNT_TYPE, KEY_TYPE


class Said(NamedTuple):
    """What an indicator says to look for."""

    kind: IndicatorKind
    value: str
    form: Form = Form.CLEAR
    key_id: str = ""
    template_kind: int = 0


_USER_AGENT: Final = "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
_PATHS: Final = {
    IndicatorKind.DOMAIN: "domain-name:value",
    IndicatorKind.EMAIL: "email-addr:value",
    IndicatorKind.USER_AGENT: _USER_AGENT,
}
_KIND_OF_PATH: Final = {
    **{path: kind for kind, path in _PATHS.items()},
    "ipv4-addr:value": IndicatorKind.ADDRESS,
    "ipv6-addr:value": IndicatorKind.ADDRESS,
    "autonomous-system:number": IndicatorKind.ASN,
    "user-agent:string": IndicatorKind.USER_AGENT,
    "user-account:user_id": IndicatorKind.ACCOUNT,
    "network-traffic:src_ref.value": IndicatorKind.ADDRESS,
    "network-traffic:dst_ref.value": IndicatorKind.ADDRESS,
}
_BESIDE: Final = ("user-account:account_type", "network-traffic:src_ref.type", "network-traffic:dst_ref.type")
"""What says of which type the value beside it is; the last two as `misp-stix` writes addresses."""
_TEXT: Final = r"'((?:[^'\\]|\\.)*)'"
_COMPARISON: Final = re.compile(rf"\s*([a-z0-9-]+:[\w.'\-\[\]*]+)\s*=\s*(?:{_TEXT}|(\d{{1,18}}))\s*")
_ESCAPED: Final = re.compile(r"\\(.)")


def pattern_of(one: Said) -> str:
    """Write what it says as a pattern."""
    kind, value = one.kind, _quoted(one.value)
    if one.form is Form.CLEAR:
        if kind is IndicatorKind.ACCOUNT:
            return f"[user-account:account_type = '{ACCOUNT_TYPE}' AND user-account:user_id = {value}]"
        if kind is IndicatorKind.ADDRESS or kind is IndicatorKind.PREFIX:
            return f"[{'ipv6-addr' if ':' in value else 'ipv4-addr'}:value = {value}]"
        if kind is IndicatorKind.ASN and (number := asn_number(one.value)):
            return f"[autonomous-system:number = {number}]"
        if kind in _PATHS:
            return f"[{_PATHS[kind]} = {value}]"
    named = f" AND {KEY_TYPE}:key_id = {_quoted(one.key_id)}" if one.key_id else ""
    template = f" AND {KEY_TYPE}:template_kind = '{one.template_kind}'" if one.template_kind else ""
    begin = f"[{KEY_TYPE}:kind = '{kind.value}' AND {KEY_TYPE}:form = '{one.form.value}'"
    return f"{begin}{named}{template} AND {KEY_TYPE}:value = {value}]"


def read_pattern(pattern: str) -> Said:
    """Read it back, or one of somebody else's.

    Raises:
        ValueError: It says more than one thing, or something that is not compared for equality.
    """
    compared = _comparisons(pattern)
    if all(path.startswith(f"{KEY_TYPE}:") for path in compared):
        return _read_key({path.partition(":")[2]: value for path, value in compared.items()})
    for path in _BESIDE:
        compared.pop(path, None)
    if len(compared) != 1:
        raise ValueError("the pattern says more than one thing")
    path, value = next(iter(compared.items()))
    kind = _KIND_OF_PATH.get(path, IndicatorKind.OTHER)
    return Said(_kind_of_address(value) if kind is IndicatorKind.ADDRESS else kind, value)


def asn_number(value: str) -> int:
    """The number in `64500` or `AS64500`; 0 where there is none."""
    digits = value.upper().removeprefix("AS")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(2**32)) else 0


def _comparisons(pattern: str) -> dict[str, str]:
    inner = pattern.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        raise ValueError("the pattern says more than one thing")
    found, at, end = dict[str, str](), 1, len(inner) - 1
    while True:
        match = _COMPARISON.match(inner, at, end)
        if match is None or match[1] in found:
            raise ValueError("the pattern is no comparison for equality")
        found[match[1]] = match[3] or _ESCAPED.sub(r"\1", match[2])
        at = match.end()
        if at == end:
            return found
        if not inner.startswith("AND ", at):
            raise ValueError("the pattern says more than one thing")
        at += len("AND ")


def _read_key(parts: dict[str, str]) -> Said:
    return Said(
        IndicatorKind(parts["kind"]) if "kind" in parts else IndicatorKind.OTHER,
        parts.get("value", ""),
        Form(parts.get("form", Form.CLEAR)),
        parts.get("key_id", ""),
        int(parts.get("template_kind") or 0),
    )


def _kind_of_address(value: str) -> IndicatorKind:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError as error:
        raise ValueError("the pattern names no address") from error
    return IndicatorKind.ADDRESS if network.num_addresses == 1 else IndicatorKind.PREFIX


def _quoted(text: str) -> str:
    if "'" in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"
