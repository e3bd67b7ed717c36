import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.webhook_dispatcher.core.signing import headers
from services.webhook_dispatcher.core.verdict import Outcome
from services.webhook_dispatcher.resolver import SystemResolver
from services.webhook_dispatcher.sender import Sender
from shared.contracts.hostnames import target_of
from shared.contracts.instants import now
from shared.testkit.receiver import Answer, Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"type":"video.ready","data":{"title":"Grüße"}}'.encode()
NAME = "hooks.example.com"


class Scripted:
    """Answers one look after the other, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.looks = 0

    async def resolve(self, host: str) -> Sequence[str]:
        assert host == NAME
        self.looks += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with Receiver(tmp_path_factory.mktemp("receiver"), hostnames=(NAME, "localhost", "127.0.0.1")) as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def _fresh(receiver: Receiver) -> None:
    receiver.forget()


@asynccontextmanager
async def opened(
    receiver: Receiver, *answers: Sequence[str], allow_private: bool = True, attempt_seconds: float = 15.0
) -> AsyncIterator[tuple[Sender, Scripted]]:
    resolver = Scripted(*(answers or (["127.0.0.1"],)))
    async with Sender(
        resolver, allow_private=allow_private, ca_file=receiver.ca_file, attempt_seconds=attempt_seconds
    ) as sender:
        yield sender, resolver


async def post(sender: Sender, url: str) -> Outcome:
    return await sender.post(target_of(url), headers([SECRET], "msg_1", int(now().timestamp()), BODY), BODY)


async def test_the_request_carries_exactly_what_was_signed(receiver: Receiver) -> None:
    async with opened(receiver) as (sender, _):
        outcome = await post(sender, receiver.url("/hooks?a=%2F"))

    (request,) = receiver.received()
    assert outcome.response_status == 200
    assert outcome.error is None
    assert request.body == BODY
    assert request.path == "/hooks?a=%2F"
    assert request.verified(SECRET)["data"]["title"] == "Grüße"
    assert set(request.headers) == {
        "host", "content-type", "content-length", "user-agent", "webhook-id", "webhook-timestamp", "webhook-signature",
        "svix-id", "svix-timestamp", "svix-signature",
    }  # fmt: skip
    assert request.headers["host"] == f"{NAME}:{receiver.port}"


async def test_each_attempt_looks_the_name_up_once_and_connections_are_used_again(receiver: Receiver) -> None:
    async with opened(receiver) as (sender, resolver):
        for _ in range(3):
            await post(sender, receiver.url())

    assert resolver.looks == 3
    assert len({request.connection for request in receiver.received()}) == 1


async def test_a_name_that_turns_to_a_forbidden_address_is_not_reached(receiver: Receiver) -> None:
    receiver.script("/hooks", Answer(headers={"Connection": "close"}))
    async with opened(receiver, ["127.0.0.1"], ["169.254.169.254"]) as (sender, resolver):
        first = await post(sender, receiver.url())
        second = await post(sender, receiver.url())

    assert first.response_status == 200
    assert second == Outcome(error="target_forbidden", duration_ms=second.duration_ms)
    assert resolver.looks == 2
    assert len(receiver.received()) == 1


async def test_an_open_connection_is_no_way_around_the_check(receiver: Receiver) -> None:
    async with opened(receiver, ["127.0.0.1"], ["0.0.0.0"]) as (sender, _):
        await post(sender, receiver.url())
        assert (await post(sender, receiver.url())).error == "target_forbidden"

    assert len(receiver.received()) == 1


async def test_one_forbidden_address_among_several_forbids_the_host(receiver: Receiver) -> None:
    async with opened(receiver, ["127.0.0.1", "169.254.1.1"]) as (sender, _):
        assert (await post(sender, receiver.url())).error == "target_forbidden"

    assert receiver.received() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
async def test_a_literal_loopback_is_refused_without_the_setting(receiver: Receiver, host: str) -> None:
    async with opened(receiver, allow_private=False) as (sender, resolver):
        assert (await post(sender, f"https://{host}:{receiver.port}/hooks")).error == "target_forbidden"

    assert resolver.looks == 0
    assert receiver.received() == []


async def test_a_literal_address_is_verified_by_its_certificate(receiver: Receiver) -> None:
    async with opened(receiver) as (sender, _):
        assert (await post(sender, f"https://127.0.0.1:{receiver.port}/hooks")).response_status == 200


async def test_the_next_address_is_tried_when_nobody_listens_at_the_first(receiver: Receiver) -> None:
    async with opened(receiver, ["127.0.0.99", "127.0.0.1"]) as (sender, _):
        assert (await post(sender, receiver.url())).response_status == 200
        assert (await post(sender, receiver.url())).response_status == 200

    assert len(receiver.received()) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.script("/hooks", Answer(status=status, headers={"Location": receiver.url("/elsewhere")}))
    async with opened(receiver) as (sender, _):
        assert (await post(sender, receiver.url())).response_status == status

    assert [request.path for request in receiver.received()] == ["/hooks"]


async def test_retry_after_is_handed_on(receiver: Receiver) -> None:
    receiver.script("/hooks", Answer(status=503, headers={"Retry-After": "7"}))
    async with opened(receiver) as (sender, _):
        assert (await post(sender, receiver.url())).retry_after == "7"


async def test_no_answer_in_time_is_a_timeout(receiver: Receiver) -> None:
    receiver.script("/hooks", Answer(delay_seconds=30))
    async with opened(receiver, attempt_seconds=0.3) as (sender, _):
        assert (await post(sender, receiver.url())).error == "timeout"


async def test_a_resolver_that_does_not_answer_is_a_timeout(receiver: Receiver) -> None:
    class Silent:
        async def resolve(self, host: str) -> Sequence[str]:
            await asyncio.sleep(30)
            return [host]

    async with Sender(Silent(), allow_private=True, attempt_seconds=0.1) as sender:
        assert (await post(sender, receiver.url())).error == "timeout"


async def test_hanging_up_is_a_failed_connection(receiver: Receiver) -> None:
    receiver.script("/hooks", Answer(is_hanging_up=True))
    async with opened(receiver) as (sender, _):
        assert (await post(sender, receiver.url())).error == "connection_failed"


async def test_nobody_listening_is_a_failed_connection(receiver: Receiver) -> None:
    async with opened(receiver) as (sender, _):
        assert (await post(sender, f"https://{NAME}:1/")).error == "connection_failed"


async def test_a_certificate_for_another_name_is_a_tls_failure(tmp_path: Path) -> None:
    with Receiver(tmp_path, hostnames=(NAME,), certified_for=("other.example.com",)) as other:
        async with opened(other) as (sender, _):
            assert (await post(sender, other.url())).error == "tls_failed"
        assert other.received() == []


async def test_an_unknown_authority_is_a_tls_failure(receiver: Receiver) -> None:
    async with Sender(Scripted(["127.0.0.1"]), allow_private=True) as sender:
        assert (await post(sender, receiver.url())).error == "tls_failed"


async def test_a_name_that_does_not_exist_is_a_dns_failure() -> None:
    async with Sender(SystemResolver(), allow_private=True) as sender:
        assert (await post(sender, "https://does-not-exist.invalid/")).error == "dns_failed"


async def test_a_name_without_addresses_is_a_dns_failure(receiver: Receiver) -> None:
    async with opened(receiver, []) as (sender, _):
        assert (await post(sender, receiver.url())).error == "dns_failed"


async def test_an_answer_without_end_costs_its_connection_only(receiver: Receiver) -> None:
    receiver.script("/hooks", Answer(body=b"x" * 10_000_000))
    async with opened(receiver) as (sender, _):
        assert (await post(sender, receiver.url())).response_status == 200
        assert (await post(sender, receiver.url())).response_status == 200

    first, second = receiver.received()
    assert first.connection != second.connection


async def test_the_environments_proxies_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")
    async with opened(receiver) as (sender, _):
        assert (await post(sender, receiver.url())).response_status == 200


async def test_those_who_ask_at_once_share_one_look_and_one_who_gives_up_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = 0
    real = SystemResolver._look

    async def counted(host: str) -> Sequence[str]:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return await real(host)

    monkeypatch.setattr(SystemResolver, "_look", staticmethod(counted))
    resolver = SystemResolver()
    impatient = asyncio.create_task(resolver.resolve("localhost"))
    others = [asyncio.create_task(resolver.resolve("localhost")) for _ in range(3)]
    await asyncio.sleep(0)
    impatient.cancel()

    assert all("127.0.0.1" in addresses for addresses in await asyncio.gather(*others))
    assert looks == 1
    await resolver.resolve("localhost")
    assert looks == 2
