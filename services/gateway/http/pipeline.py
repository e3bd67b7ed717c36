"""The pipeline: the checks of every call in the order of the contract (platform, section 4), then the route."""

from collections.abc import Awaitable

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from services.gateway.core.pagination import InvalidLimit, read_page_request
from services.gateway.faces.envelope import render_error
from services.gateway.http.answers import Answer, Reply
from services.gateway.http.call import Call, Document
from services.gateway.http.content import JsonContent, fitted
from services.gateway.http.finding import begin_finding, find
from services.gateway.http.forms import FormContent
from services.gateway.http.guards import Guard
from services.gateway.http.ledger import Ledger
from services.gateway.http.operations import Operation
from services.gateway.http.parts import Parts
from services.gateway.http.refusals import Refusal, invalid, unavailable
from shared.kit.failures import StoreUnavailable


class Pipeline:
    """One route as an ASGI application."""

    def __init__(self, operation: Operation, parts: Parts, guard: Guard, ledger: Ledger) -> None:
        self._operation = operation
        self._parts = parts
        self._guard = guard
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        request_id = scope["state"]["request_id"]
        content = FormContent(scope, receive) if self._operation.takes_form else JsonContent(receive)
        call = Call(self._parts, self._operation, scope, receive, request_id, content)
        reply: Reply
        try:
            reply = await self._answer(call)
        except Refusal as refusal:
            reply = refused(refusal, request_id)
        except StoreUnavailable:
            reply = refused(unavailable(), request_id)
        except ClientDisconnect:
            return
        await reply.send(scope, receive, send)

    async def _answer(self, call: Call) -> Reply:
        verdict = self._guard.admit(call)
        if self._operation.method == "POST":
            await verdict
            return await self._ledger.once(call, self._make)
        reading = begin_finding(call)
        await verdict
        return await self._perform(call, reading)

    async def _make(self, call: Call) -> Answer:
        """What a POST does once per Idempotency-Key; its resource is read now, not before the wait for another call."""
        reply = await self._perform(call, begin_finding(call))
        if not isinstance(reply, Answer):
            raise TypeError("a POST answers with bytes that can be kept")
        return reply

    async def _perform(self, call: Call, reading: Awaitable[Document | None] | None) -> Reply:
        await find(call, reading)
        if self._operation.accepts is not None and isinstance(call.content, JsonContent):
            call.json = await call.content.parse()
            call.body = fitted(self._operation.accepts, call.json)
        if self._operation.is_paged:
            try:
                call.page = read_page_request(call.query("limit"), call.query("cursor"))
            except InvalidLimit as error:
                raise invalid(str(error)) from error
        return await self._operation.act(call)


def refused(refusal: Refusal, request_id: str) -> Answer:
    """A refusal in the envelope of the platform and admin faces."""
    return Answer(refusal.status, render_error(refusal.code, refusal.message, request_id), headers=refusal.headers)
