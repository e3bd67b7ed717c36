"""One call at the entry point that makes a process speak."""

import os

from shared.kit.telemetry.logs import setup_logs
from shared.kit.telemetry.traces import setup_traces


def setup_telemetry(
    service: str, level: str = "info", otlp_endpoint: str | None = None, *, log_format: str | None = None
) -> None:
    """Write log lines of at least `level` to standard output, and send traces when an endpoint is given.

    `log_format` is `json` or `console`; without it the variable LOG_FORMAT says, because a process writes lines
    before it has read its settings.
    """
    setup_logs(service, level, console=(log_format or os.environ.get("LOG_FORMAT", "json")) == "console")
    if otlp_endpoint:
        setup_traces(service, otlp_endpoint)
