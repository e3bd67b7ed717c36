"""One organization's webhooks, said on the bus as the gateway says them."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.events import AllowlistChanged, EndpointDeleted, EndpointRegistered, Event, VideoReady
from shared.contracts.ids import new_id, prefixed
from shared.contracts.instants import now, rfc3339
from shared.kit.bus import Bus

SECRET_BYTES = 24


@dataclass(frozen=True)
class Tenant:
    """An organization of its own for one test."""

    bus: Bus
    organization_id: str = field(default_factory=new_id)

    @property
    def path(self) -> str:
        """A path of the receiver for this organization alone."""
        return f"/{self.organization_id}"

    async def say(self, fact: Event, *, times: int = 1, event_id: str | None = None, at: datetime | None = None) -> str:
        """Say a fact, perhaps more than once; returns its id."""
        envelope = fact.enclose(
            source="gateway",
            time=at or now(),
            correlation_id=new_id(),
            event_id=event_id,
            organization_id=self.organization_id,
        )
        await self.bus.say([(fact.topic, envelope)] * times)
        return envelope.id

    async def allow(self, *hostnames: str, revision: int = 1, times: int = 1) -> None:
        """Say the organization's allowlist."""
        fact = AllowlistChanged(organization_id=self.organization_id, hostnames=hostnames, revision=revision)
        await self.say(fact, times=times)

    async def register(
        self, url: str, *, created_at: datetime, times: int = 1, events: Sequence[str] = ()
    ) -> tuple[str, str]:
        """Register an endpoint; returns its id and its secret."""
        endpoint_id = prefixed("ep", new_id())
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        fact = EndpointRegistered(
            endpoint_id=endpoint_id,
            organization_id=self.organization_id,
            url=url,
            events=tuple(events),
            secrets=(secret,),
            created_at=created_at,
        )
        await self.say(fact, times=times)
        return endpoint_id, secret

    async def delete(self, endpoint_id: str, *, times: int = 1) -> None:
        """Delete an endpoint."""
        await self.say(EndpointDeleted(endpoint_id=endpoint_id, organization_id=self.organization_id), times=times)

    async def video_ready(self, *, times: int = 1, at: datetime | None = None) -> str:
        """Say that a video is ready; returns the message's id."""
        happened_at = at or now()
        fact = VideoReady(timestamp=happened_at, data={"id": new_id(), "title": "Grüße", "at": rfc3339(happened_at)})
        return await self.say(fact, times=times, event_id=prefixed("msg", new_id()), at=happened_at)
