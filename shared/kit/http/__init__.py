"""The chassis under every HTTP application: request ids, log lines, metrics, health, and an end in order."""

from shared.kit.http.chassis import NO_TELEMETRY, chassis, health_app
from shared.kit.http.serving import serve

__all__ = ["NO_TELEMETRY", "chassis", "health_app", "serve"]
