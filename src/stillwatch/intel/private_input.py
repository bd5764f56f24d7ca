r"""Bring what is compared in private into one form, before it is made a token: two members must write it alike.

>>> private_input(IndicatorKind.EMAIL, "A.B+x@Gmail.com") == private_input(IndicatorKind.EMAIL, "ab@googlemail.com")
True
>>> private_input(IndicatorKind.PHONE, "+49 (30) 1234-567")
b'stillwatch/1\x00phone\x0049301234567'

What cannot be compared is refused rather than made a token that will never match: a hash in the place of an address, a
number without its country. The kind is part of the input, so that a number which is a phone here and a device there
makes two tokens.

A processor's fingerprint of a card differs from merchant to merchant: of payments only what is the same everywhere is
taken, which is the payment account reference (PAR), an IBAN, the number of a card, or `SCHEME:VALUE` for anything that
members have agreed on. Card numbers and phone numbers are few: see what that means for pairwise tokens in
docs/explanation/private-matching.md.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.mail_form import mail_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DOMAIN: Final = b"stillwatch/1"
"""Whoever uses the same key for something else cannot make a token of ours by it."""
_MOST_CHARACTERS: Final = 512
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE_MARKS: Final = re.compile(r"[\s()./\-\u2010-\u2015\u00a0]")
_SPACED: Final = re.compile(r"[\s\-]")
_PAR: Final = re.compile(r"[A-Z0-9]{29}")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_CARD: Final = re.compile(r"\d{13,19}")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9.+-]{0,31}):(\S.*)")
_HEX: Final = re.compile(r"[0-9a-f]{12,}")
_TEMPLATE: Final = re.compile(r"([0-9a-f]{16})/(\d{1,3})/(-?\d{1,19})")


def private_input(kind: IndicatorKind, text: str) -> bytes:
    """What is hashed or asked about.

    Raises:
        InputError: It is not written so that members would write it alike, or nothing of this kind is compared.
    """
    if kind not in _FORMS:
        mend = f"compared in private are: {', '.join(_FORMS)}"
        raise InputError(f"{kind} is not compared in private", mend=mend)
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > _MOST_CHARACTERS or not plain.isprintable():
        mend = f"write 1 to {_MOST_CHARACTERS} printable characters"
        raise InputError(f"no {kind} to compare", mend=mend)
    return b"\0".join((_DOMAIN, kind.encode(), _FORMS[kind](plain).encode()))


def _mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise InputError("no mail address", mend="write name@example.org; a hash of it cannot be compared")
    local, _, domain = text.rpartition("@")
    try:
        return mail_form(f"{local}@{domain.encode('idna').decode()}")
    except UnicodeError as error:
        raise InputError(f"no domain: {error}", mend="mend the part after the @") from error


def _phone(text: str) -> str:
    digits = _PHONE_MARKS.sub("", text)
    bare = digits[1:] if digits.startswith("+") else digits[2:] if digits.startswith("00") else ""
    if not (bare.isascii() and bare.isdigit() and 8 <= len(bare) <= 15):
        raise InputError("no international phone number", mend="write it with its country, as in +49 30 1234567")
    return bare


def _payment(text: str) -> str:
    if scheme := _SCHEME.fullmatch(text):
        return f"{scheme[1].lower()}:{scheme[2]}"
    plain = _SPACED.sub("", text).upper()
    if _CARD.fullmatch(plain) and _luhn(plain):
        return f"card:{plain}"
    if _IBAN.fullmatch(plain) and _is_iban(plain):
        return f"iban:{plain}"
    if _PAR.fullmatch(plain):
        return f"par:{plain}"
    mend = "write a PAR, an IBAN, a card's number, or SCHEME:VALUE; a processor's fingerprint is another one elsewhere"
    raise InputError("no payment instrument that others would write alike", mend=mend)


def _device(text: str) -> str:
    """Ids of hexadecimal digits (UUID, MAC address, ...) without punctuation and case; others as they are."""
    plain = re.sub(r"[{}:\-.]", "", text).lower()
    return plain if _HEX.fullmatch(plain) else text


def _template(text: str) -> str:
    if found := _TEMPLATE.fullmatch(text):
        return f"{found[1]}/{int(found[2])}/{int(found[3])}"
    mend = "write SALT/KIND/KEY: the id of the salt that members have agreed on, and the key that ingest made"
    raise InputError("no key of a template", mend=mend)


def _luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(one), 10)) for one in digits[-2::-2])
    return (sum(int(one) for one in digits[::-2]) + doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 13616: the letters as numbers, the first four characters last, modulo 97."""
    return int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 == 1


_FORMS: Final[Mapping[IndicatorKind, Callable[[str], str]]] = {
    IndicatorKind.ACCOUNT: str,
    IndicatorKind.EMAIL: _mail,
    IndicatorKind.PHONE: _phone,
    IndicatorKind.PAYMENT: _payment,
    IndicatorKind.DEVICE: _device,
    IndicatorKind.TEMPLATE: _template,
}
