"""Open a guard inside of a foreign process, from the file that an environment variable names.

    export STILLWATCH_SETTINGS=/etc/stillwatch/guard.toml

The file is that of `stillwatch serve`; what it says of listening is for servers alone, and `[plug_in]` for guards in a
foreign process: `metrics = "127.0.0.1:9464"` serves theirs. Processes that share budgets name a server for it in
`[valkey]`. What waits is written down when the process ends, by SIGTERM too.

What is to be said of policies and files goes to the log of name `stillwatch`, which Python writes to standard error
unless the process has arranged something else.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import SettingsError
from stillwatch.faces.gateway.guard_point import point_of
from stillwatch.faces.gateway.metrics_server import MetricsServer
from stillwatch.faces.gateway.process_end import at_process_end
from stillwatch.service.guarding.open_guard import open_guard
from stillwatch.service.guarding.serve_settings import read_serve_settings
from stillwatch.service.guarding.share_budgets import share_budgets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.guard_point import GuardPoint
    from stillwatch.service.guarding.open_guard import OpenGuard
    from stillwatch.service.guarding.serve_settings import PlugInSettings

SETTINGS_VARIABLE: Final = "STILLWATCH_SETTINGS"
_LOG: Final = logging.getLogger("stillwatch")


class OpenPoint(NamedTuple):
    point: GuardPoint
    opened: OpenGuard
    metrics: MetricsServer | None
    close: Callable[[], None]
    """Write down what waits, and end; called by itself when the process ends."""


def open_point(
    file: str = "",
    *,
    environment: Mapping[str, str] | None = None,
    on_decision: Callable[[RequestFacts, Decision], None] | None = None,
) -> OpenPoint:
    """Open the guard and follow its files.

    Args:
        file: Of the settings; where it is empty, the environment names it.
        environment: The process's own where None.
        on_decision: Told of each decision; must be quick and must not raise.

    Raises:
        InputError: A file is no TOML.
        SettingsError: No file is named, it cannot be read, or something in it does not hold.
    """
    named = file or (os.environ if environment is None else environment).get(SETTINGS_VARIABLE, "")
    if not named:
        raise SettingsError(
            "no settings are named", where=SETTINGS_VARIABLE, mend="set it to the path of guard.toml, or name the file"
        )
    path = Path(named)
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"the settings cannot be read: {error}", where=named, mend=f"name another file in {SETTINGS_VARIABLE}"
        ) from error
    settings = read_serve_settings(text, path)
    opened = open_guard(settings.guard, clock=time.time, say=_LOG.warning, on_decision=on_decision)
    sync = share_budgets(settings, opened, clock=time.time)
    point = point_of(opened)
    opened.follow(point.look_up_in)
    metrics = _metrics(settings.plug_in, opened)

    def close() -> None:
        for one in (metrics, sync, opened):
            if one is not None:
                one.close()
        forget()

    forget = at_process_end(close, opened.hurry)
    return OpenPoint(point, opened, metrics, close)


def _metrics(settings: PlugInSettings, opened: OpenGuard) -> MetricsServer | None:
    if not settings.metrics_port:
        return None
    served = MetricsServer(
        settings.metrics_host, settings.metrics_port, metrics=opened.metrics.text, trouble=opened.trouble
    )
    _LOG.warning("metrics of this process at http://%s:%d/metrics", settings.metrics_host, served.port)
    return served
