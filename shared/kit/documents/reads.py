"""Reads by one field that come at the same time share one question to the engine.

Asking costs a client about ten times what decoding the answer does, and the embedded engine answers one question at a
time. So while a question is under way, further values are gathered, and the next question asks for all of them. A read
always asks after it was called for: it sees every write that had returned by then. Unlike a cache this keeps the
promise that a revoked key is refused on its next call, whichever process revoked it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy

from shared.kit.documents.stored import Document
from shared.kit.failures import StoreUnavailable

MOST_VALUES = 100
"""Values in one question: enough to make its price negligible, few enough for one answer."""

Ask = Callable[[Sequence[str]], Awaitable[Sequence[Document]]]
"""Reads those of the documents with these values that are there."""

_Answers = list[asyncio.Future[Document | None]]


class SharedReads:
    """Documents by the value of a unique field of strings."""

    def __init__(self, ask: Ask, field: str = "_id") -> None:
        self._ask = ask
        self._field = field
        self._is_one_asked_for = False
        self._waiting: dict[str, _Answers] = {}
        self._reader: asyncio.Task[None] | None = None

    async def get(self, value: str) -> Document | None:
        """The document with that value, which is the caller's alone."""
        if self._reader is None and not self._is_one_asked_for:
            self._is_one_asked_for = True
            try:
                return next(iter(await self._ask((value,))), None)
            finally:
                self._is_one_asked_for = False
        return deepcopy(await self.load(value))

    def load(self, value: str) -> asyncio.Future[Document | None]:
        """The document with that value, shared with others: whoever wants to change it gets its own."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Document | None] = loop.create_future()
        self._waiting.setdefault(value, []).append(answer)
        if self._reader is None:
            self._reader = loop.create_task(self._read_all())
        return answer

    async def _read_all(self) -> None:
        asked: dict[str, _Answers] = {}
        try:
            while self._waiting:
                asked = {value: self._waiting.pop(value) for value in list(self._waiting)[:MOST_VALUES]}
                await self._read(asked)
        finally:
            self._reader = None
            for answers in (*asked.values(), *self._waiting.values()):
                for answer in answers:
                    answer.cancel()  # without effect on those that are answered
            self._waiting.clear()

    async def _read(self, asked: dict[str, _Answers]) -> None:
        try:
            found = {document[self._field]: document for document in await self._ask(tuple(asked))}
        except Exception as error:  # noqa: BLE001  it is handed to everyone who asked
            if isinstance(error, StoreUnavailable):
                # Whoever came while it did not answer has waited long enough, and would hear the same.
                asked |= {value: asked.get(value, []) + answers for value, answers in self._waiting.items()}
                self._waiting.clear()
            for answer in (answer for answers in asked.values() for answer in answers if not answer.done()):
                answer.set_exception(error)
                answer.exception()  # a call that was refused for another reason never looks at it
            return
        for value, answers in asked.items():
            for answer in answers:
                if not answer.done():
                    answer.set_result(found.get(value))
