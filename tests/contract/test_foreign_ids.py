"""Item 11 on every route there is: the table of routes itself says what is asked, so that none can be forgotten."""

import asyncio

import pytest

from services.gateway.http.operations import Operation
from services.gateway.routes import admin, platform
from shared.contracts.ids import new_id, prefixed
from shared.testkit.receiver import Receiver

UNKNOWN = {"webhook": prefixed("ep", new_id()), "delivery": prefixed("dlv", new_id())}


def named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def with_resources(operations):
    return [pytest.param(one, id=named(one)) for one in operations if one.finds]


@pytest.fixture(scope="module")
async def owned(make_tenant, receiver: Receiver):
    """An organization with one resource of every kind: its ids by the names that paths have for them."""
    tenant = await make_tenant(webhook_allowed_hostnames=["localhost"])
    base = f"/organizations/{tenant.id}"

    async def made(path, **body):
        return (await tenant.api.admin("POST", base + path, json=body)).data["id"]

    video_id = await tenant.ready_video()
    deal_id = await made("/deals", title="theirs")
    webhook = (await tenant.post("/v1/webhooks", json={"url": receiver.url("/foreign")})).data
    return {
        "organization": tenant.id,
        "video": video_id,
        "analysis": (await tenant.post(f"/v1/videos/{video_id}/analyses")).data["id"],
        "deal": deal_id,
        "activity": await made(f"/deals/{deal_id}/activities", type="note"),
        "member": await made("/members", name="Ann", email="ann@example.com"),
        "key": await made("/keys", name="more"),
        "webhook": webhook["id"],
        "delivery": (await tenant.post(f"/v1/webhooks/{webhook['id']}/test")).data["id"],
    }


def path_of(operation: Operation, ids) -> str:
    return operation.path.format(**{f"{name}_id": identity for name, identity in ids.items()})


async def as_operator(tenant, operation: Operation, ids):
    path = path_of(operation, ids)
    return await tenant.api.call(operation.method, path, tenant.api.admin_token, json={})


def unknown_ids(owned):
    return {name: UNKNOWN.get(name, new_id()) for name in owned}


def told(answer) -> tuple[tuple[int, str], str]:
    return answer.error, answer.message


@pytest.mark.parametrize("operation", with_resources(platform.OPERATIONS))
async def test_item_11_what_another_organization_has_is_as_if_it_were_not_there(owned, tenant, operation) -> None:
    assert {resource.name for resource in operation.finds} <= owned.keys(), "give `owned` one of these"
    body = b"{}" if operation.method == "POST" else None
    foreign, unknown = await asyncio.gather(
        *(
            tenant.api.call(operation.method, path_of(operation, ids), tenant.key, content=body)
            for ids in (owned, unknown_ids(owned))
        )
    )
    assert told(foreign) == told(unknown)
    assert foreign.error == (404, "not_found")
    assert foreign.message == f"{operation.finds[0].shown} not found"


@pytest.mark.parametrize("operation", [one for one in with_resources(admin.OPERATIONS) if len(one.values[0].finds) > 1])
async def test_item_35_nothing_is_found_under_the_path_of_another_organization(owned, tenant, operation) -> None:
    assert {resource.name for resource in operation.finds} <= owned.keys(), "give `owned` one of these"
    ids = owned | {"organization": tenant.id}
    answer = await as_operator(tenant, operation, ids)
    assert answer.error == (404, "not_found")
    assert answer.message == f"{operation.finds[1].shown} not found"


@pytest.mark.parametrize("operation", with_resources(admin.OPERATIONS))
async def test_item_05_an_organization_that_is_not_there(owned, tenant, operation) -> None:
    for organization in (new_id(), "not-an-id"):
        answer = await as_operator(tenant, operation, owned | {"organization": organization})
        assert told(answer) == ((404, "not_found"), "Organization not found")
