"""Item 11 on every route there is: the table of routes itself says what is asked, so that none can be forgotten."""

import asyncio

import pytest

from services.gateway.http.operations import Operation
from services.gateway.routes import admin, platform
from shared.contracts.ids import new_id, prefixed

UNKNOWN = {"webhook": prefixed("ep", new_id()), "delivery": prefixed("dlv", new_id())}


def named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def with_resources(operations):
    return [pytest.param(one, id=named(one)) for one in operations if one.finds]


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
