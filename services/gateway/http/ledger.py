"""Idempotency over the store: one key, one resource, one response, whichever processes the calls meet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from services.gateway.core.idempotency import (
    RENEWAL,
    KeyTooLong,
    Record,
    Verdict,
    fits,
    judge,
    let_go,
    new_record,
    read_key,
    record_id,
    renewed,
    stored,
    taken_over,
)
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call
from services.gateway.http.refusals import Refusal, invalid
from shared.contracts.ids import new_id
from shared.kit.documents import Collection, DuplicateId
from shared.kit.failures import StoreUnavailable

POLL_SECONDS = 0.03
"""How often a duplicate looks whether the first request has ended; the other may be in another process."""

REPLAYED = (b"idempotent-replayed", b"true")
MISMATCH = "Idempotency-Key: was used before with another body"

Perform = Callable[[Call], Awaitable[Answer]]


class Superseded(Exception):  # noqa: N818  what has become of the request
    """Another request has taken the record over: this one fell silent for longer than its lease."""


class Claim:
    """What one POST may make: without an Idempotency-Key simply a new id."""

    def __init__(self) -> None:
        self.resource_id = new_id()

    async def confirm(self, body_sha256: str | None) -> None:
        """Bind the key to this body, before anything is made of a body that was not known when the call began."""


class HeldClaim(Claim):
    """The claim of a POST with an Idempotency-Key, backed by its record."""

    def __init__(self, records: Collection, record: Record, clock: Callable[[], datetime]) -> None:
        self.resource_id = record["resource_id"]
        self._records = records
        self._record = record
        self._clock = clock
        self._writing = asyncio.Lock()

    async def confirm(self, body_sha256: str | None) -> None:
        """As above.

        Raises:
            Refusal: The key stands for another body.
            Superseded: Another request took it over.
        """
        if not fits(self._record, body_sha256):
            raise invalid(MISMATCH)
        await self._write(lambda record: {**renewed(record, self._clock()), "body_sha256": body_sha256})

    async def store(self, answer: Answer) -> None:
        """Keep the answer for its day."""
        response = {
            "status": answer.status,
            "content_type": answer.content_type.decode(),
            "body": (answer.body if answer.kept_body is None else answer.kept_body).decode(),
        }
        await self._write(lambda record: stored(record, response, now=self._clock()))

    async def free(self) -> None:
        """This call makes nothing: its key is as good as never used, unless an earlier call may have made something."""
        if self._record["is_inherited"]:
            await self.let_go()
            return
        with suppress(StoreUnavailable):  # its lease runs out by itself
            await self._records.delete({"_id": self._record["_id"], "holder": self._record["holder"]})

    async def let_go(self) -> None:
        """The outcome is unknown: whoever comes next finds what was made, or makes it."""
        with suppress(StoreUnavailable, Superseded):  # as above
            await self._write(lambda record: let_go(record, self._clock()))

    @asynccontextmanager
    async def kept_alive(self) -> AsyncIterator[None]:
        """Prolong the lease while the work goes on."""
        renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            async with self._writing:  # a write cut short would leave the record's revision unknown
                renewal.cancel()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL.total_seconds())
            with suppress(StoreUnavailable, Superseded):
                await self._write(lambda record: renewed(record, self._clock()))

    async def _write(self, change: Callable[[Record], Record]) -> None:
        async with self._writing:
            changed = change(self._record)
            if not await self._records.replace(changed):
                raise Superseded
            self._record = changed


class Ledger:
    """Answers each POST once per key, and again with the same bytes."""

    def __init__(self, records: Collection, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock

    async def once(self, call: Call, perform: Perform) -> Answer:
        """The stored answer of an equal call, or the answer of `perform`.

        Raises:
            Refusal: The key is too long, or was used with another body.
        """
        try:
            key = read_key(call.header(b"idempotency-key"))
        except KeyTooLong as error:
            raise Refusal("bad_request", str(error)) from error
        if key is None:
            call.claim = Claim()
            return await perform(call)
        if not call.operation.takes_form:
            await call.content.digest()
        identity = record_id(owner=call.owner, method=call.scope["method"], path=call.path, key=key)
        while True:
            try:
                return await self._attempt(identity, call, perform)
            except Superseded:
                continue

    async def _attempt(self, identity: str, call: Call, perform: Perform) -> Answer:
        taken = await self._take(identity, call)
        if isinstance(taken, Answer):
            return taken
        call.claim = claim = HeldClaim(self._records, taken, self._clock)
        try:
            async with claim.kept_alive():
                reply = await perform(call)
            await claim.store(reply)
        except Refusal:
            await claim.free()
            raise
        except Superseded:
            raise
        except BaseException:
            await claim.let_go()
            raise
        return reply

    async def _take(self, identity: str, call: Call) -> Record | Answer:
        """The record in this call's hands, or what it is answered instead."""
        while True:
            mine = new_record(
                identity,
                resource_id=new_id(),
                holder=call.request_id,
                body_sha256=call.content.digest_at_hand,
                now=self._clock(),
            )
            try:
                await self._records.insert(mine)
            except DuplicateId:
                other = await self._records.get(identity)
            else:
                return mine
            if other is None:
                continue
            match judge(other, self._clock()):
                case Verdict.COMPARE:
                    return _replay(other, await call.content.digest())
                case Verdict.WAIT:
                    await asyncio.sleep(POLL_SECONDS)
                case Verdict.FREE:
                    taken = taken_over(other, mine)
                    if not call.operation.takes_form and not fits(taken, call.content.digest_at_hand):
                        raise invalid(MISMATCH)
                    if await self._records.replace(taken):
                        return taken


def _replay(record: Record, body_sha256: str | None) -> Answer:
    if not fits(record, body_sha256):
        raise invalid(MISMATCH)
    response = record["response"]
    return Answer(
        status=response["status"],
        body=response["body"].encode(),
        content_type=response["content_type"].encode(),
        headers=(REPLAYED,),
    )
