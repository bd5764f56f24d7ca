"""`stillwatch feed`: receive what gateways log, for a watch to follow."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Size, Span

run_feed = later("stillwatch.faces.gateway.feed_server", "run_feed")
feed_settings = later("stillwatch.faces.gateway.feed", "FeedSettings")
rotation = later("stillwatch.service.guarding.segments", "Rotation")

if TYPE_CHECKING:
    from datetime import timedelta


@click.command(name="feed")
@click.option("--listen", default="127.0.0.1:4318", show_default=True, help="Address and port.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-feed"),
    show_default=True,
    help="Folder of the files; what `stillwatch watch` is told to follow.",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the bearer token that senders must show; needed where others than this machine can reach it.",
)
@click.option("--rotate-size", type=Size(), default="16M", show_default=True, help="Begin another file beyond it.")
@click.option("--rotate-age", type=Span(), default="10m", show_default=True, help="And after this time.")
@click.option("--keep", type=Span(), help="Remove files older than this; the store keeps what was taken in from them.")
def feed_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    listen: str, out: Path, token_file: Path | None, rotate_size: int, rotate_age: timedelta, keep: timedelta | None
) -> int:
    """Receive LiteLLM's `generic_api` batches (POST /litellm) and OTLP/HTTP (POST /v1/traces, /v1/logs).

    A batch is acknowledged when it is on disk; what cannot be taken now is answered so that the sender sends it again.
    Runs until it is told to stop.
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit():
        raise click.UsageError("--listen is ADDRESS:PORT, such as 127.0.0.1:4318")
    token = token_file.read_text("utf-8").strip() if token_file else ""
    if not token and host not in ("127.0.0.1", "localhost", "[::1]"):
        mend = "name --token-file, or listen on 127.0.0.1"
        raise SettingsError("anybody who reaches this address could write the log", where=listen, mend=mend)
    kept = rotation(
        most_bytes=rotate_size,
        most_age_s=rotate_age.total_seconds(),
        keep_s=keep.total_seconds() if keep else 0.0,
    )
    stop = asyncio.Event()

    async def run() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run_feed(
            feed_settings(out=out, token=token, rotation=kept),
            host.strip("[]"),
            int(port),
            clock=time.time,
            stop=stop,
            on_ready=lambda bound: click.echo(f"receiving on {host}:{bound}, writing to {out}", err=True),
        )

    asyncio.run(run())
    return NOTHING_FOUND
