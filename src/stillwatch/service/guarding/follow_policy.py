"""Follow the policy's file: a guard decides by a newer one within a second, and by the old one if it cannot be read.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     file = Path(folder) / "policy.toml"
...     written = file.write_text('version = "1"')
...     follower = PolicyFollower(file)
...     follower.look().version, follower.look(), follower.trouble
('1', None, '')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError, StillwatchError
from stillwatch.guard.read_policy import read_policy

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.policy import Policy


def policy_at(path: Path) -> Policy:
    """Read the policy in a file.

    Raises:
        InputError: The file cannot be read, or is no TOML.
        SettingsError: It is no policy; names the line.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"the policy cannot be read: {error}", where=str(path), mend="put it back") from error
    return read_policy(text, str(path))


class PolicyFollower:
    """Notices that the file is another one, by what stands in it: a policy is small, and editors write in place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text: bytes | None = None
        self.loaded = 0
        self.refused = 0
        """Texts that were no policy; the one of before stays in force."""
        self.trouble = ""
        """What is the matter with the file as it is now; empty where nothing is."""

    def look(self) -> Policy | None:
        """The policy, where there is one that was not given before and that can be used."""
        try:
            text = self._path.read_bytes()
        except OSError as error:
            self._text, self.trouble = None, f"the policy cannot be read: {error}"
            return None
        if text == self._text:
            return None
        self._text = text
        try:
            found = read_policy(text.decode(), str(self._path))
        except (StillwatchError, ValueError) as error:
            self.refused += 1
            self.trouble = str(error)
            return None
        self.loaded += 1
        self.trouble = ""
        return found
