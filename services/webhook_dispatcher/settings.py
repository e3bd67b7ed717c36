"""What can be set about the delivery of webhooks."""

from pydantic import Field, FilePath

from shared.kit.settings import KitSettings


class Settings(KitSettings):
    """The delivery of webhooks."""

    webhook_deal_scoring: bool = Field(
        default=True, description="false: deal.scoring.* events make no deliveries, whatever is subscribed to."
    )
    webhook_allow_private_targets: bool = Field(
        default=False, description="true: webhooks may go to loopback and private addresses."
    )
    webhook_retry_scale: float = Field(
        default=1.0, ge=0, le=100, description="Factor on the delays between attempts, for tests; not on Retry-After."
    )
    webhook_ca_file: FilePath | None = Field(
        default=None,
        description="PEM file of one more certificate authority, for targets with a private one.",
        examples=["/etc/rushes/webhook-ca.pem"],
    )
    webhook_dispatcher_attempts: int = Field(
        default=512, ge=1, le=10_000, description="Attempts that one process makes at once."
    )
    webhook_dispatcher_attempts_per_endpoint: int = Field(
        default=8, ge=1, le=1000, description="Attempts that one process makes at once at one endpoint."
    )
