"""What a process says of itself: log lines, metrics, traces."""

from shared.kit.telemetry.logs import setup_logs
from shared.kit.telemetry.setup import setup_telemetry
from shared.kit.telemetry.traces import continued, setup_traces, trace_headers, tracer, traces_are_on

__all__ = ["continued", "setup_logs", "setup_telemetry", "setup_traces", "trace_headers", "tracer", "traces_are_on"]
