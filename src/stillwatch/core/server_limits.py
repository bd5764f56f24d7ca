"""What a client may cost one of our own servers; the defaults are those of `[limits]` in the settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """What a connection may cost."""

    header_bytes: int = 128 * 1024
    """Request line and headers; more is refused (431)."""
    body_bytes: int = 4 * 1024 * 1024
    """Kept of a body; the rest is read and dropped."""
    all_bodies_bytes: int = 256 * 1024 * 1024
    """Kept of the bodies of all connections together."""
    request_s: float = 10.0
    """From the first byte of a request to the last, and for a client to take its answer; then 408 and the end."""
    idle_s: float = 75.0
    """Between requests."""
    connections: int = 4096
    """Open at once; another one is told 503."""
