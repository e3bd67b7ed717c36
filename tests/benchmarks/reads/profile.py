"""Where the gateway's processor time goes, by the part of the program that spends it."""

import pstats
import re
from collections import defaultdict
from pathlib import Path

GROUPS: tuple[tuple[str, str], ...] = (
    ("the gateway's own code", r"/services/gateway/"),
    ("kit: documents", r"/shared/kit/documents/"),
    ("kit: HTTP chassis", r"/shared/kit/http/"),
    ("kit: logs, metrics, traces", r"/shared/kit/telemetry/|/structlog/|/prometheus_client/|/opentelemetry/|/logging/"),
    ("kit: the rest, contracts", r"/shared/"),
    ("PyMongo and BSON", r"/pymongo/|/bson/|bson\._cbson|_cbson"),
    ("FastAPI and Starlette", r"/fastapi/|/starlette/"),
    ("uvicorn and httptools", r"/uvicorn/|httptools"),
    ("Kafka's client", r"/aiokafka/|/faststream/"),
    ("the event loop", r"uvloop|/asyncio/|_asyncio|select\."),
)
OTHER = "built-in functions and the rest"
TOP = 40


def shares(file: Path) -> list[tuple[str, float]]:
    """Each group's share of the time that was spent inside its functions, largest first."""
    spent: dict[str, float] = defaultdict(float)
    for (path, _, function), (_, _, own_seconds, _, _) in _stats(file).items():
        if not _is_waiting(function):
            spent[_group(path, function)] += own_seconds
    total = sum(spent.values())
    return sorted(((name, seconds / total) for name, seconds in spent.items()), key=lambda one: -one[1])


def top(file: Path) -> list[str]:
    """The functions that spend most themselves, one a line."""
    rows = sorted(_stats(file).items(), key=lambda one: -one[1][2])[:TOP]
    return [
        f"{own:8.3f} s own {cumulative:8.3f} s all {calls:8d} calls  {path}:{line} {function}"
        for (path, line, function), (calls, _, own, cumulative, _) in rows
    ]


def _stats(file: Path) -> dict[tuple[str, int, str], tuple[int, int, float, float, object]]:
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]  it is there, and documented nowhere
    return stats


def _group(path: str, function: str) -> str:
    where = f"{path} {function}"
    return next((name for name, pattern in GROUPS if re.search(pattern, where)), OTHER)


def _is_waiting(function: str) -> bool:
    """The loop's own frame: its time is that of waiting for the next event."""
    return "run_until_complete" in function or "run_forever" in function
