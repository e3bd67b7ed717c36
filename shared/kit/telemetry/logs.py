"""Log lines: structlog, one JSON object a line on standard output, also for what libraries write."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any, TextIO

import orjson
import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger

# Libraries that write a line for every message or connection at a level that is ours for real news.
QUIET_LIBRARIES: Mapping[str, int] = {
    "aiokafka": logging.CRITICAL,  # it writes an error for every retry of its own; ours say what came of it
    "asyncio": logging.WARNING,
    "faststream": logging.WARNING,
    "httpcore": logging.WARNING,
    "pymongo": logging.WARNING,
    "urllib3": logging.WARNING,
    "uvicorn": logging.WARNING,
}
SECRET_WORDS = ("secret", "password", "authorization", "api_key", "token", "signature", "presigned")
HIDDEN = "…"


def setup_logs(service: str, level: str, *, console: bool = False, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's lines, of at least `level`, to `stream` (standard output)."""
    least = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _Service(service),
        _add_trace,
        hide_secrets,
    ]
    ending: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_to_json)]
    )
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=False,
    )
    _route_libraries(shared, ending, least, stream or sys.stdout)


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the value of every key that sounds like a secret."""
    for key in event:
        if _sounds_secret(key):
            event[key] = HIDDEN
    return event


@lru_cache(maxsize=1024)
def _sounds_secret(key: str) -> bool:
    lower = key.lower()
    return any(word in lower for word in SECRET_WORDS)


class _Service:
    """Put the name of the service on every line."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        return event


def _add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event


def _to_json(event: MutableMapping[str, Any], **_options: object) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _route_libraries(shared: list[Processor], ending: list[Processor], least: int, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(least, logging.INFO), force=True)
    for library, quiet in QUIET_LIBRARIES.items():
        logging.getLogger(library).setLevel(max(quiet, least))
