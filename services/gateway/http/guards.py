"""Guards: who calls, and whether they may (platform contract, 2 and 12; admin contract, 1)."""

import hmac
from collections.abc import Awaitable
from typing import Protocol

from services.gateway.core.idempotency import OPERATOR
from services.gateway.core.keys import bearer_token, digest_of, holds, key_in
from services.gateway.core.scopes import allows
from services.gateway.core.token_bucket import Rate
from services.gateway.http.buckets import Buckets
from services.gateway.http.call import Call, Document
from services.gateway.http.refusals import Refusal, not_found
from services.gateway.http.usage import KeyUsage

AUTHORIZATION = b"authorization"
MOST_REMEMBERED = 100_000
"""Keys kept in memory, some hundred bytes each; beyond it they are forgotten and read again."""


class Guard(Protocol):
    """Lets a call pass, or refuses it."""

    def admit(self, call: Call) -> Awaitable[None]:
        """Refuse at once what carries no key, begin the reads, and await them for the verdict."""


class KeyGuard:
    """Checks 2 to 4 for API keys: it verifies, its organization is active, the scope is there, the rate is kept."""

    def __init__(self, usage: KeyUsage, buckets: Buckets) -> None:
        self._usage = usage
        self._buckets = buckets
        self._organizations: dict[str, str] = {}
        """Which organization a key belongs to never changes: only this is remembered, to read both at once."""

    def admit(self, call: Call) -> Awaitable[None]:
        """As the protocol says."""
        raw_key = key_in(call.header(AUTHORIZATION))
        if raw_key is None:
            raise _unauthorized()
        digest = digest_of(raw_key)
        reads = call.parts.reads
        likely = self._organizations.get(digest)
        organization = None if likely is None else reads.organizations.load(likely)
        return self._verdict(call, digest, reads.keys_by_digest.load(digest), organization)

    async def _verdict(
        self,
        call: Call,
        digest: str,
        key_read: Awaitable[Document | None],
        organization_read: Awaitable[Document | None] | None,
    ) -> None:
        now = call.parts.clock()
        key = await key_read
        if key is None or not holds(key, now):
            raise _unauthorized()
        if organization_read is None:
            organization_read = call.parts.reads.organizations.load(key["organization_id"])
            self._remember(digest, key["organization_id"])
        organization = await organization_read
        if organization is None:
            raise Refusal("invalid_key_metadata", "The organization of this API key is missing")
        if not organization["is_active"]:
            raise Refusal("forbidden", "The organization is inactive")
        if call.operation.scope is not None and not allows(key["scopes"], call.operation.scope):
            raise Refusal("forbidden", f"The API key lacks the scope {call.operation.scope}")
        rate = rate_of(organization, call.parts.limits.rate)
        if rate is not None and (wait := await self._buckets.take(key["_id"], rate)):
            raise Refusal("rate_limited", "Too many requests with this API key", retry_after_seconds=wait)
        self._usage.note(key["_id"], now)
        call.organization = organization
        call.owner = organization["_id"]

    def _remember(self, digest: str, organization_id: str) -> None:
        if len(self._organizations) >= MOST_REMEMBERED:
            self._organizations.clear()
        self._organizations[digest] = organization_id


class OperatorGuard:
    """Lets the operator's token pass; without one configured the whole face is not there."""

    def __init__(self, token: str | None) -> None:
        self._token = None if token is None else token.encode()

    async def admit(self, call: Call) -> None:
        """As the protocol says."""
        if self._token is None:
            raise not_found()
        offered = bearer_token(call.header(AUTHORIZATION)) or ""
        if not hmac.compare_digest(offered.encode(), self._token):
            raise Refusal("unauthorized", "The operator's token is missing or wrong")
        call.owner = OPERATOR


def rate_of(organization: Document, installation: Rate | None) -> Rate | None:
    """The organization's own rate, else the installation's."""
    own = organization["settings"]["rate_limit"]
    return installation if own is None else Rate(own["requests_per_minute"], own["burst"])


def _unauthorized() -> Refusal:
    return Refusal("unauthorized", "The API key is missing, unknown, revoked or expired")
