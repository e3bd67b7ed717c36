"""Runs the webhook dispatcher: `python -m services.webhook_dispatcher`."""

from services.webhook_dispatcher.composition import main
from services.webhook_dispatcher.mouth import SOURCE
from services.webhook_dispatcher.settings import Settings
from shared.kit.process import run
from shared.kit.settings import read
from shared.kit.telemetry import setup_telemetry

settings = read(Settings)
setup_telemetry(SOURCE, settings.log_level, settings.otel_exporter_otlp_endpoint, log_format=settings.log_format)
run(lambda: main(settings))
