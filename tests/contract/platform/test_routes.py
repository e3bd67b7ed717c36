"""Sections 2, 3 and 5 of the platform contract: which routes there are, and the scope that each asks for."""

import asyncio

import pytest

from services.gateway.core.scopes import SCOPES
from services.gateway.http.operations import Operation
from services.gateway.routes import platform
from shared.contracts.ids import new_id

VIDEO, ANALYSIS = "/v1/videos/{video_id}", "/v1/videos/{video_id}/analyses/{analysis_id}"
SCORING = "/v1/deals/{deal_id}/scorings/{scoring_id}"
WEBHOOK = "/v1/webhooks/{webhook_id}"

ROUTES = {
    ("GET", "/v1/videos"): (200, "videos:read", "page"),
    ("GET", VIDEO): (200, "videos:read", "one"),
    ("POST", f"{VIDEO}/analyses"): (201, "analyses:write", "one"),
    ("GET", f"{VIDEO}/analyses"): (200, "analyses:read", "page"),
    ("GET", ANALYSIS): (200, "analyses:read", "one"),
    ("GET", f"{ANALYSIS}/stream"): (200, "analyses:read", "stream"),
    ("GET", f"{VIDEO}/summary"): (200, "analyses:read", "one"),
    ("GET", f"{VIDEO}/checklist"): (200, "analyses:read", "one"),
    ("GET", f"{VIDEO}/events"): (200, "analyses:read", "list"),
    ("GET", f"{VIDEO}/transcript"): (200, "analyses:read", "list"),
    ("GET", "/v1/deals"): (200, "deals:read", "page"),
    ("GET", "/v1/deals/{deal_id}"): (200, "deals:read", "one"),
    ("GET", "/v1/deals/{deal_id}/activities"): (200, "deals:read", "page"),
    ("POST", "/v1/deals/{deal_id}/scorings"): (201, "scorings:write", "one"),
    ("GET", "/v1/deals/{deal_id}/scorings"): (200, "scorings:read", "page"),
    ("GET", SCORING): (200, "scorings:read", "one"),
    ("GET", f"{SCORING}/stream"): (200, "scorings:read", "stream"),
    ("GET", "/v1/members"): (200, "members:read", "list"),
    ("POST", "/v1/webhooks"): (201, "webhooks:write", "one"),
    ("GET", "/v1/webhooks"): (200, "webhooks:read", "list"),
    ("GET", WEBHOOK): (200, "webhooks:read", "one"),
    ("DELETE", WEBHOOK): (204, "webhooks:write", "one"),
    ("GET", f"{WEBHOOK}/deliveries"): (200, "webhooks:read", "page"),
    ("POST", f"{WEBHOOK}/deliveries/{{delivery_id}}/redeliver"): (201, "webhooks:write", "one"),
    ("POST", f"{WEBHOOK}/test"): (201, "webhooks:write", "one"),
    ("POST", f"{WEBHOOK}/rotate-secret"): (200, "webhooks:write", "one"),
}
"""The contract's own table: status of a success, scope, and whether it is one, a list, a page of one, or a stream."""

ONE = {"video", "analysis", "deal", "scoring", "webhook", "delivery"}


def asked(operation: Operation) -> tuple[str, str]:
    return operation.method, operation.path


def spelled(operation: Operation) -> str:
    """Its path with ids of nothing: what passes the scope is 404 then, or 422 where there is no id."""
    return operation.path.format(**{f"{resource.name}_id": new_id() for resource in operation.finds})


def test_the_table_of_routes_is_the_contracts():
    said = {asked(one): (one.answers.status, one.scope, one.answers.how) for one in platform.OPERATIONS}
    assert said == ROUTES
    assert [one.path for one in platform.OPERATIONS if one.is_paged] == [
        one.path for one in platform.OPERATIONS if one.answers.how == "page"
    ]
    assert {resource.name for one in platform.OPERATIONS for resource in one.finds} <= ONE


@pytest.fixture(scope="module")
async def keys_by_scope(make_tenant):
    """For each scope: a key that has it alone, and one that has every other."""
    tenant = await make_tenant()
    scopes = sorted({scope for _, scope, _ in ROUTES.values()})

    async def pair(scope):
        alone, others = await asyncio.gather(
            tenant.new_key(scopes=[scope]), tenant.new_key(scopes=sorted(SCOPES - {scope}))
        )
        return alone["raw_key"], others["raw_key"]

    return tenant, dict(zip(scopes, await asyncio.gather(*map(pair, scopes)), strict=True))


@pytest.mark.parametrize("operation", [pytest.param(one, id=f"{one.method} {one.path}") for one in platform.OPERATIONS])
async def test_item_08_a_route_asks_for_its_scope_and_for_no_other(keys_by_scope, operation):
    tenant, pairs = keys_by_scope
    alone, others = pairs[operation.scope]
    path = spelled(operation)
    refused = await tenant.api.call(operation.method, path, others)
    assert refused.error == (403, "forbidden")
    assert operation.scope in refused.message
    assert (await tenant.api.call(operation.method, path, alone)).status in (200, 404, 422)


@pytest.mark.parametrize("operation", platform.OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
async def test_item_01_every_route_has_both_spellings(tenant, operation):
    path = spelled(operation)
    short, long = [await tenant.api.call(operation.method, at, tenant.key) for at in (path, f"/platform{path}")]
    assert short.status == long.status
    if short.status >= 400:
        assert (short.error, short.message) == (long.error, long.message)
    elif short.status == 200:
        assert short.data == long.data


async def test_no_route_of_the_platform_makes_what_the_operator_makes(tenant):
    for method, path in (
        ("POST", "/v1/videos"),
        ("POST", "/v1/deals"),
        ("POST", "/v1/members"),
        ("PATCH", f"/v1/deals/{new_id()}"),
        ("DELETE", f"/v1/videos/{new_id()}"),
        ("DELETE", f"/v1/videos/{new_id()}/analyses/{new_id()}"),
        ("PATCH", f"/v1/webhooks/ep_{'0' * 32}"),
        ("PUT", f"/v1/webhooks/ep_{'0' * 32}"),
    ):
        answer = await tenant.api.call(method, path, tenant.key, content=b"{}")
        assert (answer.error, answer.message) == ((404, "not_found"), "Route not found")
