"""Whose signatures count: the file of members' public keys, TOML that a person may read and write.

>>> keys = read_member_keys('''
... [[key]]
... member = "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11"
... name = "Lab A"
... public = "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="
... valid_from = 2026-11-01T00:00:00Z
... ''')
>>> keys[0].id, keys[0].algorithm
('139e3940e64b5491', 'ed25519')

A member may have several keys, one after the other or at once. A key counts for what says that it was signed while the
key was valid. A key that was *revoked* counts for nothing that arrives from then on, whatever date it bears: whoever
stole a key can put any date on what he signs.

The file says whom its owner trusts, so whoever can write to it decides what is believed: keep it as the policy is kept.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.provenance import Signed
from stillwatch.core.toml_text import TomlText, suggestion, toml_string
from stillwatch.signing.dsse import PUBLIC_BYTES, is_signed_by, key_id_of

if TYPE_CHECKING:
    from stillwatch.signing.dsse import Envelope

ED25519: Final = "ed25519"
_TABLE: Final = "key"
_KEYS: Final = (
    *("member", "name", "algorithm", "public", "valid_from", "valid_until", "revoked_at", "revoked_because", "id"),
)
_EXAMPLE: Final = 'write [[key]] with member = "identity--...", name = "..." and public = "..."'
_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MEMBER: Final = re.compile(r"identity--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberKey:
    member: str
    """STIX id of the member's identity, `created_by_ref` of what it makes."""
    name: str
    public: bytes
    """Raw, 32 bytes."""
    algorithm: str = ED25519
    valid_from: datetime = _BEGIN
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    revoked_because: str = ""

    @property
    def id(self) -> str:
        return key_id_of(self.public)


def read_member_keys(text: str, name: str = "member keys") -> tuple[MemberKey, ...]:
    """The keys of the file, in its order.

    Raises:
        InputError: With the line and the mend.
    """
    toml = TomlText.of(text, name)
    for unknown in toml.document.keys() - {_TABLE}:
        mend = suggestion(unknown, (_TABLE,))
        raise InputError(f"unknown key {unknown!r}", where=toml.at_key(unknown), mend=mend)
    tables = toml.document.get(_TABLE, [])
    if not isinstance(tables, list):
        raise InputError("key is no list of tables", where=toml.at_key(_TABLE), mend=_EXAMPLE)
    keys = tuple(_key(table, toml.at_table(_TABLE, index)) for index, table in enumerate(tables))
    for index, key in enumerate(keys):
        if key.id in {other.id for other in keys[:index]}:
            mend = "each key stands once, for one member"
            raise InputError(f"key {key.id} stands twice", where=toml.at_table(_TABLE, index), mend=mend)
    return keys


def write_member_keys(keys: tuple[MemberKey, ...]) -> str:
    """The text of the file; what `read_member_keys` reads is the same again."""
    lines = ["# Whose signatures count here. `stillwatch keys trust` and `stillwatch keys revoke` write it."]
    for key in keys:
        lines += ["", "[[key]]", f"member = {toml_string(key.member)}", f"name = {toml_string(key.name)}"]
        lines += [f"id = {toml_string(key.id)}", f"algorithm = {toml_string(key.algorithm)}"]
        lines += [f"public = {toml_string(base64.b64encode(key.public).decode())}"]
        for name in ("valid_from", "valid_until", "revoked_at"):
            moment: datetime | None = getattr(key, name)
            lines += [] if moment is None else [f"{name} = {moment.astimezone(UTC).isoformat()}"]
        lines += [f"revoked_because = {toml_string(key.revoked_because)}"] if key.revoked_because else []
    return "\n".join(lines) + "\n"


def check_signed(
    envelope: Envelope, keys: tuple[MemberKey, ...], *, member: str, signed_at: datetime, received_at: datetime
) -> Signed:
    """What the signatures of an envelope are worth that is said to be by a member.

    Args:
        envelope: What came.
        keys: Those that the reader knows.
        member: STIX id of the identity that it is said to be by.
        signed_at: When it says that it was signed.
        received_at: Now.

    Returns:
        `VERIFIED`, or `UNKNOWN_KEY` where the reader has no key of that member.

    Raises:
        VerificationError: There are keys of the member and none of those that count has signed it.
    """
    of_member = [key for key in keys if key.member == member]
    if not of_member:
        return Signed.UNKNOWN_KEY
    signers = [key for key in of_member if is_signed_by(envelope, key.public)]
    if not signers:
        mend = "it was changed on its way or is forged: tell the member by another way"
        raise VerificationError("no key of the member has signed it", where=of_member[0].name, mend=mend)
    refused = [_refusal(key, signed_at, received_at) for key in signers]
    if all(refused):
        mend = "ask the member for one that is signed with a key that counts"
        raise VerificationError(refused[0], where=f"key {signers[0].id} of {signers[0].name}", mend=mend)
    return Signed.VERIFIED


def _refusal(key: MemberKey, signed_at: datetime, received_at: datetime) -> str:
    """Why a key does not count; empty where it does."""
    if key.revoked_at is not None and received_at >= key.revoked_at:
        return f"the key was revoked on {key.revoked_at:%Y-%m-%d}"
    if signed_at < key.valid_from:
        return f"the key counts from {key.valid_from:%Y-%m-%d} only"
    if key.valid_until is not None and signed_at >= key.valid_until:
        return f"the key counted until {key.valid_until:%Y-%m-%d} only"
    return ""


def _key(table: Any, where: str) -> MemberKey:
    if not isinstance(table, dict):
        raise InputError("an entry is no table", where=where, mend=_EXAMPLE)
    for name in table:
        if name not in _KEYS:
            raise InputError(f"unknown key {name!r}", where=where, mend=suggestion(name, _KEYS))
    member, algorithm = _text(table, "member", where), _text(table, "algorithm", where, ED25519)
    if not _MEMBER.fullmatch(member):
        raise InputError(f"{member!r} is no id of an identity", where=where, mend="write identity--UUID")
    if algorithm != ED25519:
        raise InputError(f"unknown algorithm {algorithm!r}", where=where, mend=f"known is {ED25519}")
    key = MemberKey(
        member=member,
        name=_text(table, "name", where) or member,
        public=_public(_text(table, "public", where), where),
        valid_from=_time(table, "valid_from", where) or _BEGIN,
        valid_until=_time(table, "valid_until", where),
        revoked_at=_time(table, "revoked_at", where),
        revoked_because=_text(table, "revoked_because", where),
    )
    if (said := _text(table, "id", where)) not in ("", key.id):
        mend = "copy the whole entry again, or leave id out"
        raise InputError(f"the id says {said}, and the key is {key.id}", where=where, mend=mend)
    return key


def _public(text: str, where: str) -> bytes:
    try:
        public = base64.b64decode(text, validate=True)
    except binascii.Error:
        public = b""
    if len(public) != PUBLIC_BYTES:
        mend = "copy it from `stillwatch keys show`: 32 bytes in base64"
        raise InputError("public is no public key", where=where, mend=mend)
    return public


def _text(table: dict[str, Any], key: str, where: str, default: str = "") -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise InputError(f"{key} is no text", where=where, mend=f'write {key} = "..."')
    return value.strip()


def _time(table: dict[str, Any], key: str, where: str) -> datetime | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InputError(f"{key} is no time in a zone", where=where, mend=f"write {key} = 2026-11-01T00:00:00Z")
    return value.astimezone(UTC)
