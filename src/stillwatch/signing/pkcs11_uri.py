r"""The address of a key in a token: a PKCS#11 URI (RFC 7512), as much of it as finds a private key.

>>> uri = read_pkcs11_uri(
...     "pkcs11:token=evidence;object=log%202026;id=%01%ff?module-path=/usr/lib/softhsm/libsofthsm2.so"
... )
>>> uri.token["token"], uri.label, uri.id
('evidence', 'log 2026', b'\x01\xff')

An attribute that is not understood is refused, since it may be the one that tells two keys apart. So is a PIN in the
URI: command lines and settings are read by others. A file may be named for it (`pin-source`), or a passphrase is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEME: Final = "pkcs11:"
DEFAULT_MODULE: Final = "p11-kit-proxy.so"
"""Where none is named: every module that the system knows (p11-kit)."""
_TOKEN: Final = ("token", "manufacturer", "serial", "model")
_PATH: Final = frozenset((*_TOKEN, "slot-id", "object", "id", "type"))
_QUERY: Final = frozenset(("module-path", "pin-source", "pin-value"))
_PART: Final = re.compile(r"([a-z0-9-]+)=([^;?&#\s]*)")
_EXAMPLE: Final = "write pkcs11:token=NAME;object=LABEL?module-path=/path/to/module.so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs11Uri:
    token: Mapping[str, str] = field(default_factory=dict)
    """Of `token`, `manufacturer`, `serial` and `model` those that are given."""
    slot_id: int | None = None
    label: str = ""
    """Of the key: `object`."""
    id: bytes = b""
    module: str = DEFAULT_MODULE
    pin_file: str = ""


def read_pkcs11_uri(text: str) -> Pkcs11Uri:
    """Read the address.

    Raises:
        SettingsError: It is none, says a thing twice, or what is not understood.
    """
    path, _, query = text.removeprefix(SCHEME).partition("?")
    if not text.startswith(SCHEME):
        raise SettingsError(f"{text[:60]!r} is no PKCS#11 URI", mend=_EXAMPLE)
    read = {**_parts(path, ";", _PATH), **_parts(query, "&", _QUERY)}
    if "pin-value" in read:
        mend = "name a file of yours with pin-source=/path, or set STILLWATCH_PASSPHRASE"
        raise SettingsError("a PIN in the address of a key can be read by others", mend=mend)
    texts = {name: _text(value) for name, value in read.items() if name != "id"}
    if texts.get("type", "private") != "private":
        raise SettingsError(f"type={texts['type']} signs nothing", mend="name a private key, or leave type out")
    if "object" not in read and "id" not in read:
        raise SettingsError("the address names a token and no key in it", mend=_EXAMPLE)
    return Pkcs11Uri(
        token={name: texts[name] for name in _TOKEN if name in texts},
        slot_id=_slot(texts.get("slot-id")),
        label=texts.get("object", ""),
        id=read.get("id", b""),
        module=texts.get("module-path", DEFAULT_MODULE),
        pin_file=texts.get("pin-source", "").removeprefix("file://").removeprefix("file:"),
    )


def _parts(text: str, between: str, known: frozenset[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in filter(None, text.split(between)):
        matched = _PART.fullmatch(part)
        if matched is None or matched[1] not in known:
            raise SettingsError(f"{part[:60]!r} is not understood in the address of a key", mend=_EXAMPLE)
        if matched[1] in found:
            raise SettingsError(f"{matched[1]} stands twice in the address of a key", mend=_EXAMPLE)
        found[matched[1]] = unquote_to_bytes(matched[2])
    return found


def _slot(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise SettingsError(f"slot-id={text[:40]} is no number", mend=_EXAMPLE)
    return int(text)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise SettingsError("an address of a key that is no UTF-8", mend=_EXAMPLE) from error
