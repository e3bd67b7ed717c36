"""The admin face: the operator's."""

from services.gateway.routes.admin import activities, deals, keys, members, organizations, videos

OPERATIONS = (
    *organizations.OPERATIONS,
    *members.OPERATIONS,
    *deals.OPERATIONS,
    *activities.OPERATIONS,
    *keys.OPERATIONS,
    *videos.OPERATIONS,
)
