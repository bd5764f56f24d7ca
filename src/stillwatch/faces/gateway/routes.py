"""Which answer belongs to which path: forward auth, dialects, health, metrics, and what else is plugged in.

`/livez` says that the process answers, `/readyz` that it should be asked: 503 with the reasons if not. Neither looks
at the guard, so that a probe is never counted as a request.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.shelf import walk_shelf
from stillwatch.faces.gateway.dialect import Dialect, answer_in
from stillwatch.faces.gateway.forward_auth import AUTHZ_PATH, NGINX_PATH, forward_auth, nginx_auth
from stillwatch.faces.gateway.http_message import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stillwatch.faces.gateway.guard_point import GuardPoint
    from stillwatch.faces.gateway.http_message import Asked

    Answering = Callable[[Asked], Answer]

DIALECTS_SHELF: Final = "stillwatch.faces.gateway.dialects"
_TEXT: Final = (("content-type", "text/plain; charset=utf-8"),)
_JSON: Final = (("content-type", "application/json"),)
_METRICS: Final = (("content-type", "text/plain; version=0.0.4; charset=utf-8"),)
_LIVE: Final = Answer(200, _TEXT, b"live\n")
_NOT_FOUND: Final = Answer(404, _TEXT, b"no such path\n")


def dialects() -> tuple[Dialect, ...]:
    """All on the shelf."""
    return walk_shelf(DIALECTS_SHELF, "DIALECT", Dialect)


def routes(
    point: GuardPoint,
    *,
    not_ready: Callable[[], tuple[str, ...]] = tuple,
    degraded: Callable[[], tuple[str, ...]] = tuple,
    metrics: Callable[[], str] = str,
    more: Mapping[str, Answering] | None = None,
) -> Answering:
    """The function that answers whatever is asked.

    Args:
        point: Decides.
        not_ready: Why this process should not be asked now; nothing if it should.
        degraded: What is amiss although it answers, such as a policy that cannot be read any more.
        metrics: The text of `/metrics`, in Prometheus' format.
        more: Answers at other paths.
    """

    def readiness(_: Asked) -> Answer:
        because = not_ready()
        told = {"ready": not because, "because": because, "degraded": degraded()}
        return Answer(503 if because else 200, _JSON, orjson.dumps(told))

    exact: dict[str, Answering] = {
        "/livez": lambda _: _LIVE,
        "/readyz": readiness,
        "/metrics": lambda _: Answer(200, _METRICS, metrics().encode()),
        AUTHZ_PATH: partial(forward_auth, point),
        NGINX_PATH: partial(nginx_auth, point),
        **{one.path: partial(answer_in, one, point) for one in dialects()},
        **(more or {}),
    }
    below = {path.strip("/"): exact[path] for path in (AUTHZ_PATH, NGINX_PATH)}

    def answer(asked: Asked) -> Answer:
        path = asked.path
        answering = exact.get(path) or below.get(path[1:].partition("/")[0])
        return answering(asked) if answering is not None else _NOT_FOUND

    return answer
