"""Reads by one field that calls arriving at the same time share.

Every read begins after the calls that it answers have arrived, so nobody is ever told what was true before: unlike a
cache this keeps the promise that a revoked key is refused on its next call, whichever process revoked it.
"""

import asyncio

from services.gateway.store import Document
from shared.kit.documents import Collection, In

MOST_VALUES = 100
"""Documents asked for at once: more would make those that come first wait for the last."""

_Answers = list[asyncio.Future[Document | None]]


class SharedReads:
    """Documents by the value of a unique field; while one read is under way, all that is asked for waits for the next.

    The documents are shared too: whoever wants to change one reads its own.
    """

    def __init__(self, collection: Collection, field: str = "_id") -> None:
        self._collection = collection
        self._field = field
        self._waiting: dict[str, _Answers] = {}
        self._reader: asyncio.Task[None] | None = None

    def load(self, value: str) -> asyncio.Future[Document | None]:
        """The document with that value, None when there is none; StoreUnavailable when nobody can say."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Document | None] = loop.create_future()
        self._waiting.setdefault(value, []).append(future)
        if self._reader is None:
            self._reader = loop.create_task(self._read_all())
        return future

    async def _read_all(self) -> None:
        try:
            while self._waiting:
                await self._read({value: self._waiting.pop(value) for value in list(self._waiting)[:MOST_VALUES]})
        finally:
            self._reader = None

    async def _read(self, batch: dict[str, _Answers]) -> None:
        try:
            found = await self._fetch(tuple(batch))
        except Exception as error:  # noqa: BLE001  not swallowed: every caller that waits gets it
            for future in (future for futures in batch.values() for future in futures if not future.done()):
                future.set_exception(error)
                future.exception()  # a call that was refused for another reason never looks at it
            return
        for value, futures in batch.items():
            for future in futures:
                if not future.done():
                    future.set_result(found.get(value))

    async def _fetch(self, values: tuple[str, ...]) -> dict[str, Document]:
        if len(values) > 1:
            documents = await self._collection.find({self._field: In(*values)})
            return {document[self._field]: document for document in documents}
        only = await self._collection.find_one({self._field: values[0]})
        return {} if only is None else {values[0]: only}
