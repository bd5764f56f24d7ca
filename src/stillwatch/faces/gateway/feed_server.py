"""Run a feed on a server of its own until it is told to stop; what was taken is on disk, so nothing is left to save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.server_limits import ServerLimits
from stillwatch.faces.gateway.feed import Feed
from stillwatch.faces.gateway.server import Server

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from stillwatch.faces.gateway.feed import FeedSettings

_GRACE_S: Final = 5.0


async def run_feed(  # noqa: PLR0913  # a server's address and life
    settings: FeedSettings,
    host: str,
    port: int,
    *,
    clock: Callable[[], float],
    stop: asyncio.Event,
    on_ready: Callable[[int], None],
) -> None:
    """Listen until `stop` is set; `on_ready` is told the port.

    Raises:
        SettingsError: The address cannot be had.
    """
    feed = Feed(settings, clock=clock)
    limits = ServerLimits(body_bytes=settings.most_bytes, all_bodies_bytes=4 * settings.most_bytes, request_s=60.0)
    server = Server(feed.answer, limits)
    on_ready(await server.listen(host, port))
    await stop.wait()
    await server.drain(_GRACE_S)
    feed.close()
