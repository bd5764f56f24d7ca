"""Keep the file of members' public keys: add a key that was checked, revoke one, read it for a verification.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.intel.member_keys import MemberKey
>>> key = MemberKey(member="identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11", name="Lab A", public=bytes(range(32)))
>>> with TemporaryDirectory() as folder:
...     trust(Path(folder) / "members.toml", (key,))
...     [one.id for one in load_member_keys(Path(folder) / "members.toml")] == [key.id]
True
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.intel.member_keys import MemberKey, read_member_keys, write_member_keys
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def load_member_keys(path: Path) -> tuple[MemberKey, ...]:
    """The keys of the file.

    Raises:
        SettingsError: There is none, it cannot be read, or everybody may write to it.
        InputError: With the line that is wrong.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & stat.S_IWOTH:
            mend = "chmod o-w: whoever can write to it decides whose signatures count"
            raise SettingsError("everybody may write to this file", where=str(path), mend=mend)
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("no text", where=str(path), mend="write it as UTF-8") from error
    except OSError as error:
        mend = "make it with `stillwatch keys trust`"
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(path), mend=mend) from error
    return read_member_keys(text, str(path))


def trust(path: Path, keys: tuple[MemberKey, ...]) -> None:
    """Add keys, each of which somebody has compared with its member by another way.

    Raises:
        InputError: One is there already, which also guards a revoked key from coming back.
    """
    before = load_member_keys(path) if path.exists() else ()
    known = {one.id for one in before}
    for key in keys:
        if key.id in known:
            mend = "nothing is to be done; a revoked key is never trusted again"
            raise InputError(f"key {key.id} is there already", where=str(path), mend=mend)
    write_whole(path, write_member_keys((*before, *keys)).encode())


def revoke(path: Path, key_id: str, *, at: datetime, because: str) -> MemberKey:
    """Let a key count for nothing that arrives from now on; a first revocation stays as it was.

    Raises:
        InputError: There is no such key, or no reason.
    """
    if not because.strip():
        raise InputError("a key is revoked for a reason", mend="give --because")
    keys = load_member_keys(path)
    found = next((one for one in keys if one.id == key_id), None)
    if found is None:
        mend = f"known are: {', '.join(one.id for one in keys) or 'none'}"
        raise InputError(f"there is no key {key_id}", where=str(path), mend=mend)
    if found.revoked_at is not None:
        return found
    revoked = replace(found, revoked_at=at.replace(microsecond=0), revoked_because=because.strip())
    write_whole(path, write_member_keys(tuple(revoked if one is found else one for one in keys)).encode())
    return revoked
