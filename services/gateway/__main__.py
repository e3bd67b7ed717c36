"""Run the gateway: `python -m services.gateway`."""

from services.gateway.gateway import run_gateway
from services.gateway.settings import Settings
from shared.kit.process import run
from shared.kit.settings import read
from shared.kit.telemetry import setup_telemetry

settings = read(Settings)
setup_telemetry("gateway", settings.log_level, settings.otel_exporter_otlp_endpoint, log_format=settings.log_format)
run(lambda: run_gateway(settings))
