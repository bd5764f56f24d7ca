"""`stillwatch serve`: answer gateways that ask about requests."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import InternalError, SettingsError, StillwatchError
from stillwatch.faces.cli.exits import COULD_NOT_START, NOTHING_FOUND
from stillwatch.service.guarding.follow_policy import policy_at
from stillwatch.service.guarding.serve_settings import ServeSettings, default_settings, read_serve_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.faces.gateway.worker import Worker

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="serve", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--settings", "path", type=_FILE, help="Settings (TOML); without them the defaults serve.")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that serve together."
)
@click.option("--check", "is_check", is_flag=True, help="Read settings and policy, say what would be served, and stop.")
def serve_command(path: Path | None, workers: int, is_check: bool) -> int:
    """Answer gateways: may this request go on, and what must change in it?

    Forward auth for Envoy, Traefik, Caddy and HAProxy at /authz, for nginx at /nginx; JSON dialects at /decide,
    /portkey, /v1/data/stillwatch/decision (OPA) and /beta/litellm_basic_guardrail_api; /livez, /readyz, /metrics.

    Without settings it listens on 127.0.0.1:8088, decides by a policy that refuses nobody, and follows what `stillwatch
    watch` publishes in stillwatch-out. SIGTERM drains, SIGHUP reads policy and standings again. With --workers, one
    that dies is started again; they share ports, budgets and metrics.
    """
    settings = _settings(path)
    if is_check:
        for line in _said(settings):
            click.echo(line)
        return NOTHING_FOUND
    if settings.guard.state is not None:
        settings.guard.state.parent.mkdir(parents=True, exist_ok=True)
    return _run(settings, workers)


def _settings(path: Path | None) -> ServeSettings:
    if path is None:
        return default_settings(Path.cwd())
    return read_serve_settings(path.read_text("utf-8"), path.resolve())


def _said(settings: ServeSettings) -> list[str]:
    policy = policy_at(settings.guard.policy)
    listen = settings.listen
    where = [f"{listen.host}:{listen.port}"] if listen.port else []
    where += [str(listen.socket)] if listen.socket is not None else []
    return [
        f"policy    {settings.guard.policy}: version {policy.version}, {len(policy.rules)} rules, mode {policy.mode}",
        f"standings {', '.join(map(str, settings.guard.standings)) or 'none: rules can look at requests alone'}",
        f"state     {settings.guard.state or 'none: budgets and denials end with the process'}",
        f"evidence  {settings.guard.evidence or 'none: nothing is noted that outsiders could check'}",
        f"listen    {', '.join(where)}",
        f"proxy     {_proxy_said(settings)}",
        f"budgets   {'shared through ' + settings.valkey.prefix if settings.valkey.url else 'of this guard alone'}",
        f"failure   {policy.on_failure}",
    ]


def _proxy_said(settings: ServeSettings) -> str:
    proxy = settings.proxy
    return f"{proxy.host}:{proxy.port} before {proxy.engine}" if proxy.engine else "none"


def _run(settings: ServeSettings, workers: int) -> int:
    try:
        import uvloop  # noqa: PLC0415  # part of an extra, and no other command needs it

        from stillwatch.faces.gateway.guard_process import guard_process  # noqa: PLC0415  # needs the same extra
        from stillwatch.faces.gateway.supervisor import supervise  # noqa: PLC0415  # same
    except ModuleNotFoundError as error:
        mend = "pip install 'stillwatch[guard]'"
        raise SettingsError(f"the server's libraries are not installed: {error.name}", mend=mend) from error
    if workers == 1:
        uvloop.run(guard_process(settings, _say))
        return NOTHING_FOUND

    def serve_as(worker: Worker, say: Callable[[str], None]) -> None:
        uvloop.run(guard_process(settings, say, worker))

    return supervise(settings, workers, _say, serve_as)


def _say(sentence: str) -> None:
    click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {sentence}", err=True)


def main(arguments: list[str] | None = None) -> Any:
    """Serve as a command of its own, where nothing else of stillwatch is installed."""
    try:
        sys.exit(serve_command.main(args=arguments, prog_name="stillwatch-guard", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
    except InternalError as error:
        click.echo(f"stillwatch failed: {error}", err=True)
    except StillwatchError as error:
        click.echo(f"error: {error}", err=True)
    sys.exit(COULD_NOT_START)
