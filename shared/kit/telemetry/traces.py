"""Traces: OpenTelemetry and the W3C header `traceparent`; no span is made until an endpoint is set."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

TRACEPARENT = "traceparent"

_PROPAGATOR = TraceContextTextMapPropagator()


def setup_traces(service: str, otlp_endpoint: str) -> None:
    """Send spans to `otlp_endpoint`/v1/traces, in batches, in the background."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  0.3 s that most processes save
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  as above

    provide(service, BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{otlp_endpoint.rstrip('/')}/v1/traces")))


def provide(service: str, processor: "SpanProcessor") -> None:
    """Make spans, named after `service`, that go through `processor`."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  as above
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  as above

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)


def traces_are_on() -> bool:
    """Whether spans are made at all; asked where even an empty one would cost."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def tracer() -> trace.Tracer:
    """The tracer of all our spans."""
    return trace.get_tracer("rushes")


def trace_headers() -> dict[str, str]:
    """The headers that carry the present trace to whoever is spoken to; empty when there is none."""
    headers: dict[str, str] = {}
    _PROPAGATOR.inject(headers)
    return headers


@contextmanager
def continued(
    headers: Mapping[str, str], name: str, kind: trace.SpanKind, *, others: Sequence[Mapping[str, str]] = ()
) -> Iterator[trace.Span]:
    """A span that goes on with the trace that the headers carry, or begins one; linked to the traces of the others."""
    links = [link for each in others if TRACEPARENT in each for link in _link(each)]
    token = context.attach(_PROPAGATOR.extract(headers, context.Context()))
    try:
        with tracer().start_as_current_span(name, kind=kind, links=links) as span:
            yield span
    finally:
        context.detach(token)


def _link(headers: Mapping[str, str]) -> Iterator[trace.Link]:
    spoken = trace.get_current_span(_PROPAGATOR.extract(headers, context.Context())).get_span_context()
    if spoken.is_valid:
        yield trace.Link(spoken)
