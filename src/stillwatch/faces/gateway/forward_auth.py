r"""The answer to a gateway that asks before it lets a request through: Envoy, nginx, Traefik, Caddy, HAProxy.

>>> from stillwatch.core.identity import Identity
>>> from stillwatch.faces.gateway.guard_point import GuardPoint
>>> from stillwatch.faces.gateway.http_message import Asked
>>> from stillwatch.guard.budgets import Budgets
>>> from stillwatch.guard.decide import Guarded
>>> from stillwatch.guard.guard import Guard
>>> from stillwatch.guard.read_policy import read_policy
>>> from stillwatch.guard.build_standings import build
>>> from stillwatch.guard.standings import Standings
>>> from stillwatch.wire.headers import Headers
>>> policy = read_policy(
...     '''
... version = "1"
... mode = "enforce"
... [[rule]]
... name = "closed"
... accounts = ["a-1"]
... respond = "block"
... ''',
...     "policy.toml",
... )
>>> guard = Guard(Guarded(policy, Standings(build([], seed=1)), Budgets(8)), new_id=lambda: "d-1")
>>> point = GuardPoint(guard=guard, identity=Identity(account_header="x-account"), clock=lambda: 0.0)
>>> asked = Asked("POST", "/authz/v1/messages", "", Headers([("x-account", "a-1")]), b"", True, "127.0.0.1")
>>> forward_auth(point, asked).status, nginx_auth(point, asked._replace(path="/nginx/v1/messages")).status
(403, 403)

200 lets the request through; any other status is what the customer gets, with its body. Three things differ between
gateways:

- The path that was asked for stands behind ours (Envoy, nginx) or in `x-forwarded-uri` (Traefik, Caddy).
- nginx takes 401 and 403 for a denial and everything else for an error, and drops the body: `nginx_auth` answers 403
  and puts status, wait and body into headers, from which its configuration makes the answer.
- Envoy takes any 5xx for a failure of ours and does what *it* is told to do then. So a request that could not be
  checked is denied with 403 where the policy declares `on_failure = "deny"`.

A gateway may ask twice about one request (Envoy does while it buffers a body): it is decided once by `x-request-id`,
which the gateway must set itself. What of a body was not sent is said in the decision's `degraded`. A gateway that only
asks cannot carry out obligations; they go on in a header to whoever can.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import DENIALS, NO_OBLIGATIONS
from stillwatch.faces.gateway.denial import denial_of, error_of, told_of
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.faces.gateway.obligations_header import OBLIGATIONS_HEADER, obligations_header

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.faces.gateway.guard_point import GuardPoint
    from stillwatch.faces.gateway.http_message import Asked

AUTHZ_PATH: Final = "/authz"
NGINX_PATH: Final = "/nginx"
_REQUEST_ID: Final = "x-request-id"
_PARTIAL: Final = "x-envoy-auth-partial-body"
_FORWARDED_PATH: Final = "x-forwarded-uri"
_STATUS: Final = "x-stillwatch-status"
_BODY: Final = "x-stillwatch-body"
_FORBIDDEN: Final = 403
_LEAST_ERROR: Final = 500
_LET_THROUGH: Final = Answer()


def forward_auth(point: GuardPoint, asked: Asked) -> Answer:
    """Answer Envoy (HTTP ext_authz), Traefik (ForwardAuth), Caddy (forward_auth) and HAProxy (our Lua script)."""
    path = _path_of(asked, AUTHZ_PATH)
    decision = _decided(point, asked, path)
    if decision.action not in DENIALS:
        return _let_through(decision)
    denial = denial_of(decision, path)
    status = _FORBIDDEN if denial.status >= _LEAST_ERROR else denial.status
    return Answer(status, denial.headers, denial.body)


def nginx_auth(point: GuardPoint, asked: Asked) -> Answer:
    """Answer nginx's `auth_request`."""
    path = _path_of(asked, NGINX_PATH)
    decision = _decided(point, asked, path)
    if decision.action not in DENIALS:
        return _let_through(decision)
    denial = denial_of(decision, path)
    body = json.dumps(error_of(decision, path), separators=(",", ":"))
    return Answer(_FORBIDDEN, (*denial.headers, (_STATUS, str(denial.status)), (_BODY, body)))


def _decided(point: GuardPoint, asked: Asked, path: str) -> Decision:
    headers = asked.headers
    is_whole = asked.is_whole and headers.get(_PARTIAL) != "true"
    return point.check_http(asked, path, headers.get(_REQUEST_ID, ""), is_whole=is_whole)


def _path_of(asked: Asked, ours: str) -> str:
    """What was asked of the gateway; a client's own `x-forwarded-uri` counts only where ours has nothing behind it."""
    path = asked.path[len(ours) :]
    return path or asked.headers.get(_FORWARDED_PATH, "").partition("?")[0]


def _let_through(decision: Decision) -> Answer:
    if decision.obligations == NO_OBLIGATIONS:
        return _LET_THROUGH
    return Answer(200, (*told_of(decision), (OBLIGATIONS_HEADER, obligations_header(decision.obligations))))
