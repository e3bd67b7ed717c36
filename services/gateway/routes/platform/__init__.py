"""The platform face: /v1, also spelled /platform/v1."""

from services.gateway.routes.platform import analyses, deals, deliveries, members, pieces, videos, webhooks

OPERATIONS = (
    *analyses.OPERATIONS,
    *videos.OPERATIONS,
    *pieces.OPERATIONS,
    *deals.OPERATIONS,
    *members.OPERATIONS,
    *webhooks.OPERATIONS,
    *deliveries.OPERATIONS,
)
