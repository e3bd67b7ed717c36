"""The settings of a process that works on stages."""

from pydantic import Field

from shared.kit.settings import KitSettings


class WorkerSettings(KitSettings):
    """What a process that works on stages has beside the kit's settings."""

    worker_processes: int = Field(
        default=2,
        ge=1,
        le=256,
        description="Number of pool processes of one worker; the machine's cores are shared out among them.",
    )
