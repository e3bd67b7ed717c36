"""Pages of a list that is ordered by `created_at` descending, then `id` descending."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from shared.contracts.instants import rfc3339

DEFAULT_LIMIT = 25
MOST_LIMIT = 100

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_ID = re.compile(r"[0-9a-z_-]{1,64}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)


class InvalidLimit(ValueError):  # noqa: N818  the sentence it carries is shown to the client
    """The `limit` of the query is not a whole number from 1 to 100."""


@dataclass(frozen=True, slots=True)
class Position:
    """The item a page ended with; it need not exist any more."""

    created_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The page a client asks for: the first one when `after` is None."""

    limit: int = DEFAULT_LIMIT
    after: Position | None = None

    @property
    def fetched(self) -> int:
        """How many documents to read: the one beyond the page says whether there is more."""
        return self.limit + 1


@dataclass(frozen=True, slots=True)
class Page:
    """The items of one page and the cursor of the next one, None on the last."""

    items: Sequence[dict[str, Any]]
    next_cursor: str | None


def read_page_request(limit: str | None, cursor: str | None) -> PageRequest:
    """The page that the two query parameters, None when absent, ask for.

    Raises:
        InvalidLimit: `limit` is given and is no whole number from 1 to 100.
    """
    return PageRequest(limit=read_limit(limit), after=read_cursor(cursor))


def read_limit(text: str | None) -> int:
    """The number of items on a page."""
    if text is None:
        return DEFAULT_LIMIT
    if _WHOLE_NUMBER.fullmatch(text) is None:
        raise InvalidLimit("limit: must be a whole number from 1 to 100")
    limit = int(text)
    if not 1 <= limit <= MOST_LIMIT:
        raise InvalidLimit(f"limit: must be from 1 to {MOST_LIMIT}")
    return limit


def read_cursor(text: str | None) -> Position | None:
    """The position in a cursor; None when it is absent or was not made by `write_cursor`."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        content = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        identity, created_at = content["id"], content["created_at"]
        if _ID.fullmatch(identity) is None or _INSTANT.fullmatch(created_at) is None:
            return None
        return Position(datetime.fromisoformat(created_at), identity)
    except (binascii.Error, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def write_cursor(position: Position) -> str:
    """Unpadded base64url of the position as JSON, at the precision that the store keeps."""
    content = orjson.dumps({"id": position.id, "created_at": rfc3339(position.created_at)})
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def cut(documents: Sequence[dict[str, Any]], request: PageRequest) -> Page:
    """The page out of at most `request.fetched` documents that were read in order."""
    items = documents[: request.limit]
    if len(documents) <= request.limit:
        return Page(items, None)
    last = items[-1]
    return Page(items, write_cursor(Position(last["created_at"], last["_id"])))
