from collections.abc import Sequence
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.kit.bus import Heard
from shared.kit.telemetry import tracer
from shared.kit.telemetry.traces import provide

pytestmark = pytest.mark.integration


@pytest.fixture
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):  # another test was first; there is one provider for a process
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        provide("test", SimpleSpanProcessor(exporter))
    return exporter


async def test_a_trace_goes_through_kafka_into_the_handler_and_on(
    ground: Any, said: Any, until: Any, spans: InMemorySpanExporter
) -> None:
    inside: list[int] = []

    async def handler(batch: Sequence[Heard]) -> None:
        inside.extend(trace.get_current_span().get_span_context().trace_id for _ in batch)

    bus = await ground.hearing(handler)
    with tracer().start_as_current_span("request") as request:
        await bus.say([(ground.topic, said("run-1"))])
    await until(lambda: [span for span in spans.get_finished_spans() if span.name == f"hear {ground.group}"])
    assert inside == [request.get_span_context().trace_id]
    (hearing,) = [span for span in spans.get_finished_spans() if span.name == f"hear {ground.group}"]
    assert hearing.kind is trace.SpanKind.CONSUMER
    assert hearing.parent is not None
    assert hearing.parent.span_id == request.get_span_context().span_id


async def test_a_batch_is_linked_to_the_traces_of_all_its_messages(
    ground: Any, said: Any, until: Any, spans: InMemorySpanExporter
) -> None:
    speaker = ground.bus()
    await speaker.start()
    requests = []
    for number in range(3):
        with tracer().start_as_current_span("request") as request:
            await speaker.say([(ground.topic, said("run-1", number / 3))])
        requests.append(request.get_span_context().trace_id)

    async def handler(_batch: Sequence[Heard]) -> None:
        return

    await ground.hearing(handler)
    await until(lambda: [span for span in spans.get_finished_spans() if span.name == f"hear {ground.group}"])
    (hearing,) = [span for span in spans.get_finished_spans() if span.name == f"hear {ground.group}"]
    assert hearing.context.trace_id == requests[0]
    assert [link.context.trace_id for link in hearing.links] == requests[1:]
