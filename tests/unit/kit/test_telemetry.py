import io
import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.kit.http import health_app
from shared.kit.telemetry import continued, setup_logs, trace_headers, tracer
from shared.kit.telemetry.traces import provide
from shared.testkit.asgi import call

CONSUMER = trace.SpanKind.CONSUMER


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    setup_logs("gateway", "info", stream=stream)
    yield stream
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):  # another test was first; there is one provider for a process
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        provide("test", SimpleSpanProcessor(exporter))
    return exporter


def test_a_line_is_one_json_object_with_service_level_and_time(written: io.StringIO) -> None:
    structlog.get_logger().info("run completed", stages=3)
    structlog.get_logger().debug("not shown")
    (line,) = map(orjson.loads, written.getvalue().splitlines())
    assert line["event"] == "run completed"
    assert line["service"] == "gateway"
    assert line["level"] == "info"
    assert line["stages"] == 3
    assert line["time"].endswith("Z")


def test_secrets_never_reach_a_line(written: io.StringIO) -> None:
    structlog.get_logger().warning(
        "refused", Authorization="Bearer hunter2", signing_secret="hunter2", api_key="hunter2"
    )
    assert "hunter2" not in written.getvalue()
    assert "refused" in written.getvalue()


def test_an_exception_is_in_its_line(written: io.StringIO) -> None:
    try:
        raise ValueError("no such frame")  # noqa: TRY301  the line is about its traceback
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = map(orjson.loads, written.getvalue().splitlines())
    assert "ValueError: no such frame" in line["exception"]


def test_lines_of_libraries_look_the_same(written: io.StringIO) -> None:
    logging.getLogger("minio").warning("slow bucket %s", "rushes-media")
    (line,) = map(orjson.loads, written.getvalue().splitlines())
    assert line["event"] == "slow bucket rushes-media"
    assert line["service"] == "gateway"
    assert line["logger"] == "minio"


def test_a_trace_goes_on_in_whoever_hears(spans: InMemorySpanExporter) -> None:
    spans.clear()
    with tracer().start_as_current_span("request"):
        headers = trace_headers()
    with continued(headers, "fold", CONSUMER):
        pass
    request, fold = spans.get_finished_spans()
    assert fold.context.trace_id == request.context.trace_id
    assert fold.parent is not None
    assert fold.parent.span_id == request.context.span_id


def test_a_message_without_a_trace_begins_its_own_even_inside_another(spans: InMemorySpanExporter) -> None:
    spans.clear()
    with continued({}, "fold", CONSUMER):
        pass
    (fold,) = spans.get_finished_spans()
    assert fold.parent is None


def test_a_line_names_its_trace(spans: InMemorySpanExporter, written: io.StringIO) -> None:
    spans.clear()
    with tracer().start_as_current_span("request") as span:
        structlog.get_logger().info("said")
    (line,) = map(orjson.loads, written.getvalue().splitlines())
    assert line["trace_id"] == f"{span.get_span_context().trace_id:032x}"


async def test_a_request_is_one_span(spans: InMemorySpanExporter) -> None:
    async def ready() -> dict[str, bool]:
        return {}

    spans.clear()
    await call(health_app("test", ready), "GET", "/nothing/here")
    (request,) = spans.get_finished_spans()
    assert request.name == "GET unmatched"
