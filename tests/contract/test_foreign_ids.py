"""Item 11 on every route there is: the table of routes itself says what is asked, so that none can be forgotten."""

import asyncio
import re

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


@pytest.fixture(scope="module")
async def neighbour(make_tenant):
    return await make_tenant(webhook_allowed_hostnames=["localhost"])


@pytest.fixture(scope="module")
async def theirs(neighbour, make_owned):
    """As `owned`, of the neighbour: each id of the one is foreign among those of the other."""
    return await make_owned(neighbour)


def test_every_id_in_a_path_is_of_a_resource_that_is_looked_for() -> None:
    for operation in (*platform.OPERATIONS, *admin.OPERATIONS):
        named_in_path = re.findall(r"{(\w+)}", operation.path)
        assert named_in_path == [resource.parameter for resource in operation.finds]


def each_id_of_several(operations):
    return [
        pytest.param(one, place, id=f"{named(one)} {resource.name}")
        for one in operations
        if len(one.finds) > 1
        for place, resource in enumerate(one.finds)
    ]


@pytest.mark.parametrize(("operation", "place"), each_id_of_several(platform.OPERATIONS))
async def test_item_11_one_foreign_id_among_ones_own(owned, theirs, neighbour, operation, place) -> None:
    resource = operation.finds[place]
    path = path_of(operation, theirs | {resource.name: owned[resource.name]})
    body = b"{}" if operation.method == "POST" else None
    answer = await neighbour.api.call(operation.method, path, neighbour.key, content=body)
    assert told(answer) == ((404, "not_found"), f"{resource.shown} not found")


@pytest.mark.parametrize(("operation", "place"), each_id_of_several(admin.OPERATIONS))
async def test_item_35_one_foreign_id_in_the_path(owned, theirs, neighbour, operation, place) -> None:
    resource = operation.finds[place]
    answer = await as_operator(neighbour, operation, theirs | {resource.name: owned[resource.name]})
    # The organization is there; what is missing is what should be in it.
    assert told(answer) == ((404, "not_found"), f"{operation.finds[max(place, 1)].shown} not found")


REFERENCES = {"member_id": "member", "owner_id": "member", "actor_id": "member", "deal_id": "deal"}
"""Fields of bodies that name a resource, and which."""
FREE = {"external_id", "product_id"}
"""Those that name something outside of Rushes."""


def each_reference(operations):
    return [
        pytest.param(one, field, id=f"{named(one)} {field}")
        for one in operations
        for field in (one.takes or one.accepts).model_fields
        if field.endswith("_id") and field not in FREE
    ]


def with_bodies(operations):
    return [one for one in operations if one.takes or one.accepts]


def example_of(operation: Operation) -> dict:
    """A body that does, but for what a test puts into it."""
    extra = (operation.takes or operation.accepts).model_config.get("json_schema_extra") or {}
    return {} if operation.method == "PATCH" else dict(extra["examples"][0])


@pytest.mark.parametrize(("operation", "field"), each_reference(with_bodies((*platform.OPERATIONS, *admin.OPERATIONS))))
async def test_a_body_names_nothing_of_another_organization(owned, theirs, neighbour, operation, field) -> None:
    async def answered(identity: str):
        body = {**example_of(operation), field: identity}
        body |= {other: theirs[REFERENCES[other]] for other in body.keys() & REFERENCES.keys() - {field}}
        path = path_of(operation, theirs)
        if operation.takes_form:
            form = neighbour.form(b"x", "a.mp4", **{field: identity})
            return await neighbour.api.call("POST", path, neighbour.api.admin_token, content=form)
        return await neighbour.api.call(operation.method, path, neighbour.api.admin_token, json=body)

    assert field in REFERENCES, "say what this names"
    foreign, unknown = await asyncio.gather(answered(owned[REFERENCES[field]]), answered(new_id()))
    assert told(foreign) == told(unknown)
    assert foreign.error == (422, "validation_failed")
    assert foreign.message.startswith(f"{field}: ")
    own = await answered(theirs[REFERENCES[field]])
    assert own.status < 300, own.content
