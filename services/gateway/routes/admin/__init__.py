"""The admin face: the operator's."""

from services.gateway.routes.admin import keys, organizations, videos

OPERATIONS = (*organizations.OPERATIONS, *keys.OPERATIONS, *videos.OPERATIONS)
