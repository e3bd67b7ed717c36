"""The OpenAPI documents of the public faces."""

import json

from services.gateway.openapi.document import document
from services.gateway.openapi.faces import FACES


def openapi() -> dict[str, str]:
    """docs/openapi/*.json, by their paths."""
    return {
        f"docs/openapi/{face.name}.json": json.dumps(document(face), indent=2, ensure_ascii=False) + "\n"
        for face in FACES
    }
