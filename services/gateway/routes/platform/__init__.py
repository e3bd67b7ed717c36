"""The platform face: /v1, also spelled /platform/v1."""

from services.gateway.routes.platform import analyses, deals, deliveries, members, pieces, scorings, videos, webhooks

OPERATIONS = (
    *analyses.OPERATIONS,
    *videos.OPERATIONS,
    *pieces.OPERATIONS,
    *deals.OPERATIONS,
    *scorings.OPERATIONS,
    *members.OPERATIONS,
    *webhooks.OPERATIONS,
    *deliveries.OPERATIONS,
)
