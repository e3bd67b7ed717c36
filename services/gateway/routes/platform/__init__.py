"""The platform face: /v1, also spelled /platform/v1."""

from services.gateway.routes.platform import analyses, pieces, videos, webhooks

OPERATIONS = (*analyses.OPERATIONS, *videos.OPERATIONS, *pieces.OPERATIONS, *webhooks.OPERATIONS)
