r"""The register of what was served under which mark: one small line for each reply, beside the request path.

    {"at": "2026-11-22T17:54:00Z", "ids": ["8f2-1", "chatcmpl-7"], "account_id": "a-1", "model": "lab-chat-2",
     "output_tokens": 212, "carries": "yes", "engine": "vllm", "release": "0.33", "scheme": "vllm_gumbel",
     "parameters": {"context_width": 2}, "label": "global/2026-11-16", "key_id": "4b54…", "leaf": 0,
     "tokenizer_sha256": "9c…"}

A later test would be guessing without it. It holds neither text nor secret; `ids` are what other logs may know the
reply by: the guard's own, the client's `x-request-id`, and the id in the reply. Replies that carry no mark are told
too, with the reason, since a test must not count them as served.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.decision import DENIALS
from stillwatch.core.request_facts import BodySeen
from stillwatch.service.attribution.mark_of_reply import Request, mark_of_reply, without_sampler
from stillwatch.service.guarding.line_log import LineLog
from stillwatch.wire.bodies import operation_of_path
from stillwatch.wire.json_bodies import read_json_body
from stillwatch.wire.parameters import NOT_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.served_mark import ServedMark
    from stillwatch.service.attribution.read_deployed import DeployedFile
    from stillwatch.service.guarding.exchange_log import Exchanged
    from stillwatch.service.guarding.segments import Segments

_CAPACITY: Final = 2_000
"""Exchanges that may wait; each holds its request."""
_FAILED: Final = 400
_OF_MARK: Final = ("engine", "release", "scheme", "label", "key_id", "leaf", "tokenizer_sha256")


class ServedRegister:
    """Takes exchanges when they are over and writes their lines on a thread of its own."""

    def __init__(self, segments: Segments, deployed: DeployedFile) -> None:
        self._deployed = deployed
        self.lines: LineLog[Exchanged] = LineLog(segments, self._line, capacity=_CAPACITY)

    @property
    def trouble(self) -> str:
        """Why the register of deployments cannot be read now; empty if all is well."""
        return self._deployed.trouble

    def note(self, exchanged: Exchanged) -> None:
        """Write it down where it has a reply of a model's words."""
        if has_reply(exchanged):
            self.lines.put(exchanged)

    def close(self) -> None:
        self.lines.close()

    def _line(self, one: Exchanged) -> bytes:
        mark = mark_of_reply(request_of(one), self._deployed.now())
        ids = (one.facts.request_id, one.headers.get("x-request-id", ""), one.response_id)
        facts = one.facts
        return served_line(facts.at, ids, mark, model=_model(one), account=facts.account_id, tokens=one.output_tokens)


def has_reply(one: Exchanged) -> bool:
    """Whether a model has answered in words."""
    if one.decision.action in DENIALS or one.status >= _FAILED:
        return False
    return bool(one.status or one.output_tokens) and operation_of_path(one.facts.path) != "embeddings"


def request_of(one: Exchanged) -> Request:
    """An exchange as its engine got it: without what the policy took out, and for the model that it was sent to."""
    seen, body = read_json_body(one.body, is_whole=True)
    parameters: dict[str, Any] | None = None
    if seen is BodySeen.WHOLE:
        parameters = {name: value for name, value in body.items() if name not in NOT_PARAMETERS}
        if one.decision.obligations.strip_sampler:
            parameters = without_sampler(parameters)
    return Request(one.facts.at, _model(one), parameters, one.decision.obligations.tags)


def served_line(  # noqa: PLR0913  # the fields of a line
    at: float, ids: Iterable[str], mark: ServedMark, *, model: str, account: str, tokens: int
) -> bytes:
    """One line, without its end; what is empty is left out."""
    deployed = mark.deployed
    told = {name: getattr(deployed, name) for name in _OF_MARK} if deployed is not None else {}
    plain = {
        "at": datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"),
        "ids": list(dict.fromkeys(one for one in ids if one)),
        "account_id": account,
        "model": model,
        "output_tokens": tokens,
        "carries": mark.carries,
        "why": mark.why,
        **told,
        "parameters": dict(deployed.parameters) if deployed is not None else {},
    }
    return orjson.dumps({name: value for name, value in plain.items() if value not in ("", {}, [])})


def _model(one: Exchanged) -> str:
    return one.decision.obligations.route_to or one.facts.model
