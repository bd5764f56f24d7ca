"""Tell systemd what state the process is in (`Type=notify`); elsewhere nothing happens.

>>> tell_supervisor("READY=1", {})
False
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def tell_supervisor(state: str, environment: Mapping[str, str]) -> bool:
    """Send a state (sd_notify(3)) to where `NOTIFY_SOCKET` points; whether it was sent."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    place = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        try:
            way.sendto(state.encode(), place)
        except OSError:
            return False  # a supervisor that does not listen is no reason to stop serving
    return True
