"""What this gateway has just stored of each run: the next fact is folded into it without a question to the store."""

import time
from collections import OrderedDict

from services.gateway.store import Document

FRESH_SECONDS = 0.8
"""After a second the relay takes what was said out of the document, which is then another one."""

MOST = 1000


class Latest:
    """Documents by id, for a moment; a stale one costs a refused replace, never a wrong one: revisions are compared."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Document]] = OrderedDict()

    def keep(self, document: Document) -> None:
        """Remember a document that was stored with its present revision, if its run goes on."""
        if document["run"]["status"] != "processing":
            return
        self._kept[document["_id"]] = (time.monotonic(), document)
        self._kept.move_to_end(document["_id"])
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def take(self, document_id: str) -> Document | None:
        """The document, if it was kept a moment ago; it is no longer kept."""
        kept_at, document = self._kept.pop(document_id, (0.0, None))
        return document if time.monotonic() - kept_at < FRESH_SECONDS else None
