"""The body of every stage service: `run_services([make_stage(read(Settings))])` is all that an entry point says."""

from collections.abc import Sequence

from shared.kit.service.models import Manifest
from shared.kit.service.settings import WorkerSettings
from shared.kit.stage import AnyStage

__all__ = ["WorkerSettings", "run_services"]


def run_services(stages: Sequence[AnyStage], manifest: Manifest | None = None) -> None:
    """Work on the offers of these stages in one process and its pool, until SIGTERM.

    Args:
        stages: What this process works on.
        manifest: Where the models of the stages are known: `shared.models`; not needed by stages without models.
    """
    # A pool process imports the entry point's module again, and needs neither Kafka's client nor a web server.
    from shared.kit.process import run  # noqa: PLC0415
    from shared.kit.service.host import host  # noqa: PLC0415
    from shared.kit.settings import read  # noqa: PLC0415
    from shared.kit.telemetry import setup_telemetry  # noqa: PLC0415

    settings = read(WorkerSettings)
    service = stages[0].name if len(stages) == 1 else "workers"
    setup_telemetry(service, settings.log_level, settings.otel_exporter_otlp_endpoint, log_format=settings.log_format)
    run(lambda: host(service, stages, manifest, settings))
