"""Follow a member to its new keys by what its transparency log tells of them; those that it ended count no longer.

followed = follow_keys(Path("members.toml"), history.spans, member="identity--...", name="Lab A")
followed.added, followed.ended, followed.revoked

The log's first keys were compared with the member by another way, once; from then on no key of its bundles need be.
Only keys whose role is *export* are followed. What the reader has revoked himself stays revoked, whatever the log says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.key_statement import KeyRole
from stillwatch.intel.member_keys import ED25519, MemberKey, write_member_keys
from stillwatch.service.sharing.trusted_keys import load_member_keys
from stillwatch.service.write_whole import write_whole
from stillwatch.signing.dsse import key_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.evidence.key_history import KeySpan


class FollowedKeys(NamedTuple):
    """Ids of keys."""

    added: tuple[str, ...]
    ended: tuple[str, ...]
    revoked: tuple[str, ...]


def follow_keys(path: Path, spans: Iterable[KeySpan], *, member: str, name: str) -> FollowedKeys:
    """Bring the file of members' keys up to what a member's log says.

    Args:
        path: The file; made where there is none.
        spans: Of the member's log, checked.
        member: STIX id of its identity.
        name: What it is called here, where a key of it is new.

    Raises:
        InputError: A key is another member's here.
        SettingsError: Everybody may write to the file.
    """
    before = load_member_keys(path) if path.exists() else ()
    held = {one.id: one for one in before}
    after = dict(held)
    for span in spans:
        if span.role is not KeyRole.EXPORT or span.algorithm != ED25519:
            continue
        key_id = key_id_of(span.public)
        known = held.get(key_id) or MemberKey(member=member, name=name, public=span.public)
        if known.member != member:
            mend = "ask both by another way whose it is"
            raise InputError(f"key {key_id} is of {known.name}", where=str(path), mend=mend)
        after[key_id] = _followed(known, span)
    if after != held:
        write_whole(path, write_member_keys(tuple(after.values())).encode())
    changed = {key_id: (held.get(key_id), one) for key_id, one in after.items()}
    return FollowedKeys(
        added=tuple(key_id for key_id, (old, _) in changed.items() if old is None),
        ended=tuple(
            key_id for key_id, (old, new) in changed.items() if new.valid_until and (not old or not old.valid_until)
        ),
        revoked=tuple(
            key_id for key_id, (old, new) in changed.items() if new.revoked_at and (not old or not old.revoked_at)
        ),
    )


def _followed(known: MemberKey, span: KeySpan) -> MemberKey:
    """A key with what the log says of its end; nothing that was ended here is opened again."""
    ends = [moment.replace(microsecond=0) for moment in (known.valid_until, span.end_at) if moment is not None]
    begin = known.valid_from if span.begin_at is None else max(known.valid_from, span.begin_at.replace(microsecond=0))
    followed = replace(known, valid_from=begin, valid_until=min(ends, default=None))
    if known.revoked_at is not None or span.revoked_at is None:
        return followed
    because = span.because or "its log says so"
    return replace(followed, revoked_at=span.revoked_at.replace(microsecond=0), revoked_because=because)
