"""What one client may cost a proxy, and how long it waits for the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLimits:
    largest_head_bytes: int = 65_536
    """The request line, or one header; a quarter more for all of them together is what the parser allows."""
    largest_body_bytes: int = 64 << 20
    """Of a request that is read to be decided on; images travel inside."""
    largest_reply_bytes: int = 64 << 20
    """Of a reply that is not streamed and must be read as a whole to be rewritten."""
    head_s: float = 10.0
    """For the client to send a request's head."""
    body_s: float = 120.0
    """For the client to send its body."""
    idle_s: float = 75.0
    """Between two requests on one connection."""
    stall_s: float = 120.0
    """Without the client taking a byte of the reply."""
    connect_s: float = 5.0
    """For the engine to take a connection."""
    engine_s: float = 900.0
    """Without a byte from the engine: a long prompt is read, and much is thought, before the first one."""
    most_connections: int = 16_384
