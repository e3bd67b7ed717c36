"""The envelope of the platform and admin faces (platform contract, 1.2)."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from services.gateway.core.pagination import Page

Document = dict[str, Any]


def render_data(data: object, request_id: str) -> bytes:
    """One resource, or a list that is not paginated."""
    return orjson.dumps({"data": data, "meta": {"request_id": request_id}})


def render_page(page: Page, present: Callable[[Document], Mapping[str, Any]], request_id: str) -> bytes:
    """A page of a list."""
    meta = {
        "request_id": request_id,
        "has_more": page.next_cursor is not None,
        "next_cursor": page.next_cursor,
    }
    return orjson.dumps({"data": [present(item) for item in page.items], "meta": meta})


def render_error(code: str, message: str, request_id: str) -> bytes:
    """An error; it has no `data`."""
    return orjson.dumps({"error": {"code": code, "message": message}, "meta": {"request_id": request_id}})
