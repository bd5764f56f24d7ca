"""Decisions as OpenTelemetry spans, for an operator who follows requests in a tracing system. Needs the extra `otel`.

traces = open_traces("http://127.0.0.1:4318/v1/traces")
traces.note(facts, decision)

As in the decision log, only decisions that a rule had a part in, that exempt somebody, or that failed become spans; the
SDK's batch processor sends them from a thread of its own and drops what its queue cannot take. A span names the request
by the gateway's id and no customer by name: who it was stands in the decision log.

Where the gateway sent its trace context (W3C `traceparent` and `tracestate`), the span is a child of the gateway's, and
one that it does not sample is not sent. A context that cannot be read begins a trace of its own, as the standard says.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import SettingsError
from stillwatch.core.version import VERSION
from stillwatch.service.guarding.decision_log import is_told

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts


class DecisionTraces:
    """Makes spans with a provider of the OpenTelemetry SDK, which it ends when it is closed."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._context = import_module("opentelemetry.trace.propagation.tracecontext").TraceContextTextMapPropagator()
        self._tracer = provider.get_tracer("stillwatch", VERSION)

    def note(self, facts: RequestFacts, decision: Decision) -> None:
        """Make a span of it where it is worth telling."""
        if not is_told(decision):
            return
        at = round(facts.at * 1e9)
        above = self._context.extract({"traceparent": facts.trace_parent, "tracestate": facts.trace_state})
        said = attributes_of(facts, decision)
        self._tracer.start_span("stillwatch.decide", above, attributes=said, start_time=at).end(at)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


def open_traces(endpoint: str) -> DecisionTraces:
    """Send spans over OTLP/HTTP to a collector.

    Raises:
        SettingsError: The packages are not installed.
    """
    try:
        sdk, export = import_module("opentelemetry.sdk.trace"), import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter").OTLPSpanExporter
    except ImportError as error:
        mend = "pip install 'stillwatch[otel]', or leave traces out"
        raise SettingsError("OpenTelemetry is not installed", where="traces", mend=mend) from error
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": "stillwatch-guard"}))
    provider.add_span_processor(export.BatchSpanProcessor(exporter(endpoint=endpoint)))
    return DecisionTraces(provider)


def attributes_of(facts: RequestFacts, decision: Decision) -> dict[str, str | float | list[str]]:
    """What a span says; what is empty is left out."""
    said: dict[str, str | float | list[str]] = {
        "stillwatch.action": decision.action.value,
        "stillwatch.shadowed": decision.shadowed.value if decision.shadowed is not None else "",
        "stillwatch.rule": decision.rule,
        "stillwatch.observed": list(decision.observed),
        "stillwatch.subject": decision.subject,
        "stillwatch.confidence": decision.confidence,
        "stillwatch.decision.id": decision.id,
        "stillwatch.policy.version": decision.policy_version,
        "stillwatch.degraded": list(decision.degraded),
        "stillwatch.request.id": facts.request_id,
        "gen_ai.request.model": facts.model,
        "url.path": facts.path,
    }
    return {name: value for name, value in said.items() if value not in ("", 0.0, [])}
