"""The documentation of the faces: a page and its OpenAPI documents, for everyone."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.openapi.document import document
from services.gateway.openapi.faces import FACES, Face
from services.gateway.openapi.page import STYLE, page

Endpoint = Callable[[Request], Awaitable[Response]]

STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PAGE_HEADERS = {
    # Whatever stood in a document could neither run nor load anything.
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
}


async def show_page(_: Request) -> Response:
    """The page."""
    return Response(_page(), media_type="text/html", headers=PAGE_HEADERS)


def show_document(face: Face) -> Endpoint:
    """Shows the document of a face."""

    async def show(_: Request) -> Response:
        return Response(_document(face), media_type="application/json")

    return show


@cache
def _page() -> bytes:
    return page().encode()


@cache
def _document(face: Face) -> bytes:
    return orjson.dumps(document(face))


ENDPOINTS: Mapping[str, Endpoint] = {
    "/docs": show_page,
    **{f"/docs/openapi/{face.name}.json": show_document(face) for face in FACES},
}
