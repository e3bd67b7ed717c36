import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from deploy.standalone.stack import StackParts
from services.webhook_dispatcher.composition import Service
from services.webhook_dispatcher.core.deliveries import delivery_id
from shared.contracts.events import DeliveryExhausted, DeliverySucceeded, EndpointDisabled, Event
from shared.contracts.instants import now
from shared.contracts.topics import DELIVERIES
from shared.kit.bus import Bus, Heard
from shared.testkit.patience import until
from shared.testkit.receiver import Answer, Receiver
from shared.testkit.tenant import Tenant

pytestmark = pytest.mark.integration

Finished = Callable[[Service, str, str], Awaitable[dict[str, Any]]]


@pytest_asyncio.fixture(scope="module")
async def service(running: Callable[[], AbstractAsyncContextManager[Service]]) -> AsyncIterator[Service]:
    async with running() as service:
        yield service


@pytest_asyncio.fixture(scope="module")
async def facts(stack_parts: StackParts) -> AsyncIterator[list[Event]]:
    heard: list[Event] = []

    async def note(batch: list[Heard]) -> None:
        heard.extend(one.event for one in batch)

    bus = Bus(bootstrap_servers=stack_parts.kafka, service="gateway")
    bus.hear([DELIVERIES], "gateway", note)  # type: ignore[arg-type]
    await bus.start()
    yield heard
    await bus.stop()


@pytest.fixture
def tenant(service: Service, receiver: Receiver) -> Tenant:
    receiver.forget()
    return Tenant(service.bus)


def just_now() -> datetime:
    return now() - timedelta(seconds=1)


async def said(facts: list[Event], kind: type[Event], **fields: Any) -> Event:
    async def look() -> Event | None:
        return next(
            (
                fact
                for fact in facts
                if isinstance(fact, kind) and all(getattr(fact, name) == value for name, value in fields.items())
            ),
            None,
        )

    return await until(look)


async def test_a_message_is_delivered_once_though_every_fact_comes_twice(
    service: Service, receiver: Receiver, tenant: Tenant, facts: list[Event], finished: Finished
) -> None:
    await tenant.allow("localhost", times=2)
    endpoint_id, secret = await tenant.register(receiver.url(tenant.path), created_at=just_now(), times=2)
    message_id = await tenant.video_ready(times=2)

    row = await finished(service, message_id, endpoint_id)

    assert row["status"] == "succeeded"
    assert [attempt["response_status"] for attempt in row["attempts"]] == [200]
    (request,) = receiver.received(tenant.path)
    assert request.message_id == message_id
    assert request.verified(secret)["data"]["title"] == "Grüße"
    fact = await said(facts, DeliverySucceeded, delivery_id=row["_id"])
    assert isinstance(fact, DeliverySucceeded)
    assert (fact.attempts, fact.response_status) == (1, 200)


async def test_an_event_that_is_heard_before_its_endpoint_is_delivered(
    service: Service, receiver: Receiver, tenant: Tenant, finished: Finished
) -> None:
    created_at = now()
    message_id = await tenant.video_ready(times=2)
    await until(lambda: service.store.messages_since(tenant.organization_id, created_at))
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=created_at, times=2)

    assert (await finished(service, message_id, endpoint_id))["status"] == "succeeded"
    assert len(receiver.received(tenant.path)) == 1


async def test_what_happened_before_the_endpoint_was_made_is_not_delivered(
    service: Service, receiver: Receiver, tenant: Tenant, finished: Finished
) -> None:
    await tenant.allow("localhost")
    early = await tenant.video_ready(at=now() - timedelta(hours=1))
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    late = await tenant.video_ready()

    await finished(service, late, endpoint_id)

    assert await service.store.deliveries.get(delivery_id(early, endpoint_id)) is None
    assert [request.message_id for request in receiver.received(tenant.path)] == [late]


async def test_a_delivery_waits_for_the_first_word_of_its_allowlist(
    service: Service, receiver: Receiver, tenant: Tenant, finished: Finished
) -> None:
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    message_id = await tenant.video_ready()
    await until(lambda: service.store.deliveries.get(delivery_id(message_id, endpoint_id)))
    await tenant.allow("localhost")

    assert len((await finished(service, message_id, endpoint_id))["attempts"]) == 1


async def test_failures_are_tried_again_under_the_same_id(
    service: Service, receiver: Receiver, tenant: Tenant, finished: Finished
) -> None:
    receiver.script(tenant.path, 500, 500, 200)
    await tenant.allow("localhost")
    endpoint_id, secret = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    message_id = await tenant.video_ready()

    row = await finished(service, message_id, endpoint_id)

    requests = receiver.received(tenant.path)
    assert [attempt["response_status"] for attempt in row["attempts"]] == [500, 500, 200]
    assert [attempt["number"] for attempt in row["attempts"]] == [1, 2, 3]
    assert {request.message_id for request in requests} == {message_id}
    assert len({request.body for request in requests}) == 1
    for request, attempt in zip(requests, row["attempts"], strict=True):
        assert request.verified(secret)
        assert request.headers["webhook-timestamp"] == str(int(attempt["at"].timestamp()))


async def test_each_attempt_has_a_timestamp_of_its_own(
    service: Service, receiver: Receiver, tenant: Tenant, finished: Finished
) -> None:
    receiver.script(tenant.path, Answer(status=503, headers={"Retry-After": "2"}))
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    message_id = await tenant.video_ready()

    row = await finished(service, message_id, endpoint_id)

    first, second = (int(request.headers["webhook-timestamp"]) for request in receiver.received(tenant.path))
    assert second > first
    assert row["attempts"][1]["at"] - row["attempts"][0]["at"] >= timedelta(seconds=2)


async def test_after_eight_failures_the_delivery_has_failed(
    service: Service, receiver: Receiver, tenant: Tenant, facts: list[Event], finished: Finished
) -> None:
    receiver.script(tenant.path, afterwards=Answer(status=302, headers={"Location": receiver.url("/elsewhere")}))
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    message_id = await tenant.video_ready()

    row = await finished(service, message_id, endpoint_id)

    assert row["status"] == "failed"
    assert len(row["attempts"]) == len(receiver.received(tenant.path)) == 8
    assert receiver.received("/elsewhere") == []
    fact = await said(facts, DeliveryExhausted, delivery_id=row["_id"])
    assert isinstance(fact, DeliveryExhausted)
    assert (fact.attempts, fact.response_status, fact.error) == (8, 302, None)


async def test_gone_disables_the_endpoint_and_ends_what_is_pending(
    service: Service, receiver: Receiver, tenant: Tenant, facts: list[Event], finished: Finished
) -> None:
    receiver.script(tenant.path, Answer(status=503, headers={"Retry-After": "3600"}), afterwards=410)
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    waiting = await tenant.video_ready()
    await receiver.arrived(1, tenant.path)
    refused = await tenant.video_ready()

    assert (await finished(service, refused, endpoint_id))["attempts"][0]["response_status"] == 410
    assert (await finished(service, waiting, endpoint_id))["status"] == "failed"
    fact = await said(facts, EndpointDisabled, endpoint_id=endpoint_id)
    assert isinstance(fact, EndpointDisabled)
    assert fact.reason == "gone"
    await said(facts, DeliveryExhausted, message_id=waiting)
    later = await tenant.video_ready()
    await until(lambda: service.store.body(later))
    await asyncio.sleep(0.2)
    assert await service.store.deliveries.get(delivery_id(later, endpoint_id)) is None


async def test_five_days_of_failures_disable_the_endpoint(
    service: Service, receiver: Receiver, tenant: Tenant, facts: list[Event], finished: Finished
) -> None:
    receiver.script(tenant.path, 200, afterwards=500)
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    await finished(service, await tenant.video_ready(), endpoint_id)
    five_days_ago = now() - timedelta(days=5)
    await service.store.change_endpoint(
        endpoint_id, lambda known: {**known, "first_failed_at": five_days_ago} if known else None
    )
    message_id = await tenant.video_ready()

    assert len((await finished(service, message_id, endpoint_id))["attempts"]) == 1
    fact = await said(facts, EndpointDisabled, endpoint_id=endpoint_id)
    assert isinstance(fact, EndpointDisabled)
    assert fact.reason == "failing"


async def test_a_success_begins_the_five_days_anew(
    service: Service, receiver: Receiver, tenant: Tenant, finished: Finished
) -> None:
    receiver.script(tenant.path, 500)
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    await finished(service, await tenant.video_ready(), endpoint_id)

    async def is_healed() -> bool:
        endpoint = await service.store.endpoints.get(endpoint_id)
        return endpoint is not None and endpoint["first_failed_at"] is None

    await until(is_healed)


async def test_deleting_an_endpoint_drops_what_is_pending(service: Service, receiver: Receiver, tenant: Tenant) -> None:
    receiver.script(tenant.path, afterwards=Answer(status=503, headers={"Retry-After": "3600"}))
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    message_id = await tenant.video_ready()
    await receiver.arrived(1, tenant.path)
    await tenant.delete(endpoint_id, times=2)

    async def is_dropped() -> bool:
        return await service.store.deliveries.get(delivery_id(message_id, endpoint_id)) is None

    await until(is_dropped)
    endpoint = await service.store.endpoints.get(endpoint_id)
    assert endpoint is not None
    assert endpoint["secrets"] == []


async def test_a_host_that_is_no_longer_allowed_is_not_called(
    service: Service, receiver: Receiver, tenant: Tenant, facts: list[Event], finished: Finished
) -> None:
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=just_now())
    await tenant.allow("other.example.com", revision=2, times=2)
    await tenant.allow("localhost", revision=1)

    async def is_known() -> bool:
        return await service.store.allowlist(tenant.organization_id) == ("other.example.com",)

    await until(is_known)
    message_id = await tenant.video_ready()

    row = await finished(service, message_id, endpoint_id)
    assert {attempt["error"] for attempt in row["attempts"]} == {"host_not_allowed"}
    assert receiver.received(tenant.path) == []
    fact = await said(facts, DeliveryExhausted, delivery_id=row["_id"])
    assert isinstance(fact, DeliveryExhausted)
    assert fact.error == "host_not_allowed"
    endpoint = await service.store.endpoints.get(endpoint_id)
    assert endpoint is not None
    assert (endpoint["state"], endpoint["first_failed_at"]) == ("enabled", None)


async def test_a_slow_endpoint_holds_up_nobody(receiver: Receiver, tenant: Tenant) -> None:
    slow, fast = f"{tenant.path}/slow", f"{tenant.path}/fast"
    receiver.script(slow, afterwards=Answer(delay_seconds=10))
    await tenant.allow("localhost")
    await tenant.register(receiver.url(slow), created_at=just_now())
    for message in range(20):
        await tenant.video_ready()
        if message == 9:
            await receiver.arrived(8, slow)
            await tenant.register(receiver.url(fast), created_at=now() - timedelta(hours=1))

    await receiver.arrived(20, fast)

    # Eight of the slow ones are open, none is answered, and all the fast ones are through.
    assert [request.path for request in receiver.answered()] == [fast] * 20
    assert len(receiver.received(slow)) == 8
