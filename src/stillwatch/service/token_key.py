"""A key in a token (a smart card, an HSM, SoftHSM), by PKCS#11: it signs there, and never leaves it.

key = open_token_key(read_pkcs11_uri("pkcs11:token=evidence;object=log"), b"1234")
key.sign(b"...")

Only Ed25519 (CKM_EDDSA, PKCS#11 3.0). The session stays open as long as the key is in use, since some tokens ask
somebody for a PIN or a touch at each opening. Each signature is checked before it is given on: of a token that failed
in the middle it could tell the key.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pkcs11.constants import Attribute, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

from stillwatch.core.errors import SettingsError
from stillwatch.service.secret_files import read_secret

if TYPE_CHECKING:
    from stillwatch.signing.pkcs11_uri import Pkcs11Uri

_PUBLIC_BYTES: Final = 32
_POINTS: Final = (_PUBLIC_BYTES, _PUBLIC_BYTES + 2)
"""A token gives the point as it is, or as PKCS#11 3.0 asks in an OCTET STRING, two bytes longer."""


class Halves(NamedTuple):
    where: str
    kind: Any
    """A `KeyType`."""
    point: bytes
    """The public half, as the token gives it."""
    curve: bytes
    """Its parameters, DER."""
    private: Any
    session: Any
    """To be held, or the token forgets that somebody has logged in."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A `SigningKey`."""

    where: str
    public: bytes
    _private: Any
    _session: Any
    """Held, or the token forgets that somebody has logged in."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature of RFC 8032.

        Raises:
            SettingsError: The token is gone, refuses, or gives what is none.
        """
        try:
            signature = bytes(self._private.sign(data, mechanism=Mechanism.EDDSA))
            self.public_key().verify(signature, data)
        except (PKCS11Error, InvalidSignature) as error:
            why = f"the token does not sign: {type(error).__name__} {error}".rstrip()
            raise SettingsError(why, where=self.where, mend="see whether it is plugged in and unlocked") from error
        return signature

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)


def open_token_key(uri: Pkcs11Uri, pin: bytes | None) -> TokenKey:
    """Open the token and find the key.

    Args:
        uri: Where it is.
        pin: Of the token's user, where the URI names no file for it.

    Raises:
        SettingsError: There is no such module, token or key, or several; others may change the module; a wrong PIN.
    """
    found = find_halves(uri, pin)
    if found.kind is not KeyType.EC_EDWARDS or len(found.point) not in _POINTS:
        mend = "make one of Ed25519: pkcs11-tool --keypairgen --key-type EC:edwards25519"
        raise SettingsError("no Ed25519 key", where=found.where, mend=mend)
    return TokenKey(found.where, found.point[-_PUBLIC_BYTES:], found.private, found.session)


def find_halves(uri: Pkcs11Uri, pin: bytes | None) -> Halves:
    """Open the token and find both halves of the key, of whatever kind.

    Raises:
        SettingsError: As `open_token_key`.
    """
    where = f"{uri.module}: {uri.token.get('token', '')} {uri.label or uri.id.hex()}"
    unlocked = read_secret(Path(uri.pin_file)).strip() if uri.pin_file else pin
    _refuse_changeable(uri.module)
    try:
        session = _session(_token(uri, where), unlocked)
        private = _only(session, ObjectClass.PRIVATE_KEY, uri, where)
        public = _only(session, ObjectClass.PUBLIC_KEY, uri, where)
        point, curve = (bytes(public[one]) for one in (Attribute.EC_POINT, Attribute.EC_PARAMS))
        return Halves(where, public.key_type, point, curve, private, session)
    except PKCS11Error as error:
        why = f"the token does not open: {type(error).__name__} {error}".rstrip()
        mend = "give its PIN by pin-source=FILE or STILLWATCH_PASSPHRASE; see pkcs11-tool --list-slots"
        raise SettingsError(why, where=where, mend=mend) from error


def _token(uri: Pkcs11Uri, where: str) -> Any:
    try:
        module = pkcs11.lib(uri.module)
    except (RuntimeError, OSError) as error:
        raise SettingsError(f"the module does not load: {error}", where=where, mend="name it: module-path=") from error
    fields = {"token": "label", "manufacturer": "manufacturer_id", "model": "model", "serial": "serial"}
    found = []
    for slot in module.get_slots(token_present=True):
        if uri.slot_id in (None, slot.slot_id):
            token = slot.get_token()
            said = {name: _told(getattr(token, field)) for name, field in fields.items()}
            if all(said[name] == wanted for name, wanted in uri.token.items()):
                found.append(token)
    if len(found) != 1:
        mend = "name one: token=LABEL or serial=NUMBER; see pkcs11-tool --list-slots"
        raise SettingsError(f"{len(found)} tokens are like that", where=where, mend=mend)
    return found[0]


def _session(token: Any, pin: bytes | None) -> Any:
    """Logged in; a process is logged in to a token once, whatever number of sessions it has."""
    with suppress(pkcs11.UserAlreadyLoggedIn):
        return token.open(user_pin=pin.decode() if pin else None)
    return token.open()


def _only(session: Any, kind: ObjectClass, uri: Pkcs11Uri, where: str) -> Any:
    wanted: dict[Attribute, Any] = {Attribute.CLASS: kind}
    wanted |= {Attribute.LABEL: uri.label} if uri.label else {}
    wanted |= {Attribute.ID: uri.id} if uri.id else {}
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        half = "private" if kind is ObjectClass.PRIVATE_KEY else "public"
        mend = "name one by object= and id=; both halves must lie there, and the PIN be right"
        raise SettingsError(f"{len(found)} {half} keys are like that", where=where, mend=mend)
    return found[0]


def _told(value: str | bytes) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else value).rstrip(" \0")


def _refuse_changeable(module: str) -> None:
    """A module is code that runs with our rights and is given the PIN."""
    path = Path(module)
    if not path.is_absolute():
        return
    try:
        state = path.stat()
    except OSError as error:
        mend = "name the module of the token, such as /usr/lib/softhsm/libsofthsm2.so"
        raise SettingsError(f"no module: {error.strerror}", where=module, mend=mend) from error
    if state.st_uid not in (os.geteuid(), 0) or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SettingsError("others may change this module", where=module, mend="chown it to root, chmod go-w")
