"""Who does something at this machine, as far as it can tell: the account of the system, and the name that one gives.

>>> Acted(os_user="ada", name="Ada L.", reason="appeal ap-17").plain()["reason"]
'appeal ap-17'
"""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    os_user: str
    """Of the system, with its number where it has one: what the machine vouches for."""
    name: str = ""
    """What the person says; nobody checks it."""
    reason: str = ""
    host: str = ""

    def plain(self) -> dict[str, Any]:
        """As it stands in a statement."""
        return asdict(self)


def acted(*, name: str = "", reason: str = "") -> Acted:
    """Whoever runs this process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have
        user = ""
    number = f" ({os.getuid()})" if hasattr(os, "getuid") else ""
    return Acted(os_user=f"{user}{number}".strip(), name=name, reason=reason, host=socket.gethostname())
