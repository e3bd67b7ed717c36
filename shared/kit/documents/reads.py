"""Reads by id that come at the same time share one question to the engine.

Asking costs a client about ten times what decoding the answer does, and the embedded engine answers one question at a
time. So while a question is under way, further ids are gathered, and the next question asks for all of them. A read
always asks after it was called for: it sees every write that had returned by then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy

from shared.kit.documents.stored import Document

MOST_IDS = 100
"""Ids in one question: enough to make its price negligible, few enough for one answer."""

_Answer = asyncio.Future[Document | None]


class SharedReads:
    """Asks for one id at once, and for those that come meanwhile together.

    Args:
        ask_one: Reads the document with an id.
        ask_many: Reads those of the documents with these ids that are there.
    """

    def __init__(
        self,
        ask_one: Callable[[str], Awaitable[Document | None]],
        ask_many: Callable[[Sequence[str]], Awaitable[Sequence[Document]]],
    ) -> None:
        self._ask_one = ask_one
        self._ask_many = ask_many
        self._is_one_asked_for = False
        self._waiting: dict[str, list[_Answer]] = {}
        self._gathering: asyncio.Task[None] | None = None

    async def get(self, id: str) -> Document | None:  # noqa: A002  the word of the interface
        """The document with that id, which is the caller's alone."""
        if self._gathering is None and not self._is_one_asked_for:
            self._is_one_asked_for = True
            try:
                return await self._ask_one(id)
            finally:
                self._is_one_asked_for = False
        loop = asyncio.get_running_loop()
        answer: _Answer = loop.create_future()
        self._waiting.setdefault(id, []).append(answer)
        if self._gathering is None:
            self._gathering = loop.create_task(self._ask_until_nobody_waits())
        return await answer

    async def _ask_until_nobody_waits(self) -> None:
        asked: dict[str, list[_Answer]] = {}
        try:
            while self._waiting:
                asked = {one: self._waiting.pop(one) for one in list(self._waiting)[:MOST_IDS]}
                await self._answer(asked)
        finally:
            self._gathering = None
            for answers in (*asked.values(), *self._waiting.values()):
                for answer in answers:
                    answer.cancel()  # without effect on those that are answered
            self._waiting.clear()

    async def _answer(self, asked: dict[str, list[_Answer]]) -> None:
        try:
            found = {document["_id"]: document for document in await self._ask_many(list(asked))}
        except Exception as error:  # noqa: BLE001  it is handed to everyone who asked
            for answers in asked.values():
                for answer in answers:
                    if not answer.done():
                        answer.set_exception(error)
            return
        for one, answers in asked.items():
            document = found.get(one)
            for answer in answers:
                if not answer.done():
                    # Each has its own to change; the first needs no copy.
                    answer.set_result(document if answer is answers[0] else deepcopy(document))
