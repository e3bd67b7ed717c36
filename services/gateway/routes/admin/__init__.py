"""The admin face: the operator's."""

from services.gateway.routes.admin import activities, deals, keys, members, organizations, studio_secret, videos

OPERATIONS = (
    *organizations.OPERATIONS,
    *members.OPERATIONS,
    *deals.OPERATIONS,
    *activities.OPERATIONS,
    *keys.OPERATIONS,
    *videos.OPERATIONS,
    *studio_secret.OPERATIONS,
)
