"""What a prober and a scraper ask: alive, ready, metrics."""

from collections.abc import Awaitable, Callable, Mapping

import orjson
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

Ready = Callable[[], Awaitable[Mapping[str, bool]]]
Answer = tuple[int, bytes, bytes]

LIVE = "/health/live"
READY = "/health/ready"
METRICS = "/metrics"
PATHS = frozenset({LIVE, READY, METRICS})

JSON = b"application/json"

log = structlog.get_logger()


async def answer(path: str, ready: Ready, *, is_ending: bool) -> Answer:
    """Status, content type and body."""
    if path == METRICS:
        return 200, CONTENT_TYPE_LATEST.encode(), generate_latest(REGISTRY)
    if path == LIVE:
        return 200, JSON, b'{"status":"alive"}'
    checks = await _asked(ready)
    if is_ending:
        checks["not_ending"] = False
    is_ready = all(checks.values())
    status = "ready" if is_ready else "not_ready"
    return 200 if is_ready else 503, JSON, orjson.dumps({"status": status, "checks": checks})


async def _asked(ready: Ready) -> dict[str, bool]:
    try:
        return dict(await ready())
    except Exception:
        # A check that fails, in whatever way, is an answer: not ready.
        log.warning("readiness cannot be told", exc_info=True)
        return {"checks": False}
