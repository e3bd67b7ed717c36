"""Answers in the envelope of the platform and admin faces."""

from collections.abc import Callable, Mapping
from typing import Any

from services.gateway.core.pagination import Page
from services.gateway.faces.envelope import render_data, render_page
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call

Document = dict[str, Any]

OK = 200
CREATED = 201
NO_CONTENT = 204


def shown(call: Call, data: object) -> Answer:
    """A resource, or a list that is not paginated."""
    return Answer(OK, render_data(data, call.request_id))


def listed(call: Call, page: Page, present: Callable[[Document], Mapping[str, Any]]) -> Answer:
    """A page of a list."""
    return Answer(OK, render_page(page, present, call.request_id))


def created(call: Call, data: object, *, kept: object | None = None) -> Answer:
    """A new resource; `kept` is what a replay shows instead, where that differs."""
    kept_body = None if kept is None else render_data(kept, call.request_id)
    return Answer(CREATED, render_data(data, call.request_id), kept_body=kept_body)


def gone() -> Answer:
    """Nothing is left to show."""
    return Answer(NO_CONTENT)
