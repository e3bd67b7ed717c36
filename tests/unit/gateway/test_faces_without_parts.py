"""What the faces answer where a part is missing: the operator's token, the store."""

import pytest

from services.gateway.app import create_app
from services.gateway.core.token_bucket import Rate
from services.gateway.http.guards import rate_of
from services.gateway.http.parts import Limits, Parts, Reads
from services.gateway.http.usage import KeyUsage
from services.gateway.runs import Runs
from services.gateway.store import Store
from shared.contracts.instants import now
from shared.kit.documents import Documents
from shared.kit.objects import Objects
from shared.kit.outbox import Relay
from shared.testkit.asgi import call

KEY = "rsh_live_" + "k" * 40
TOKEN = "t" * 32
ORGANIZATION = "018f0000-0000-7000-8000-000000000000"


class Silent:
    """A bus that nobody speaks to."""

    async def say_raw(self, messages):
        raise AssertionError(messages)


@pytest.fixture
async def app_of():
    """An application whose document and object stores cannot be reached."""
    documents = Documents.connect("mongodb://127.0.0.1:1/", "none", patience_seconds=0.2)
    objects = Objects.connect("http://127.0.0.1:1", "a", "b")
    store = Store.of(documents)
    relay = Relay(store.speaking, Silent())
    limits = Limits(upload_bytes=1, run_deadline_seconds=1, rate=None)
    parts = Parts(store, Reads.of(store), objects, Runs(store, objects, relay, now), relay, limits, now)

    async def nothing_to_check():
        return {}

    def make(admin_token):
        return create_app(parts, KeyUsage(store.keys), admin_token, nothing_to_check)

    yield make
    await objects.close()
    await documents.close()


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": f"Bearer {KEY}"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "organizations"), ("POST", "organizations"), ("GET", "nothing")])
async def test_item_01_without_a_token_the_operators_face_is_not_there(app_of, headers, method, path):
    answer = await call(app_of(None), method, f"/admin/v1/{path}", headers=headers)
    assert answer.status == 404
    assert answer.body["error"] == {"code": "not_found", "message": "Route not found"}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/videos", {"Authorization": f"Bearer {KEY}"}),
        ("GET", f"/platform/v1/videos/{ORGANIZATION}", {"Authorization": KEY}),
        ("POST", "/v1/webhooks", {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k"}),
        ("GET", "/admin/v1/organizations", {"Authorization": f"Bearer {TOKEN}"}),
        ("GET", f"/admin/v1/organizations/{ORGANIZATION}", {"Authorization": f"Bearer {TOKEN}"}),
        ("POST", "/admin/v1/organizations", {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "k"}),
    ],
)
async def test_item_10_without_its_store_the_service_is_unavailable(app_of, method, path, headers):
    answer = await call(app_of(TOKEN), method, path, headers=headers, content=b'{"name": "x"}' * (method == "POST"))
    assert answer.status == 503
    assert answer.body["error"]["code"] == "service_unavailable"
    assert answer.headers["x-request-id"] == answer.body["meta"]["request_id"]


async def test_without_its_store_a_malformed_header_is_still_told_so(app_of):
    answer = await call(app_of(TOKEN), "GET", "/v1/videos", headers={"Authorization": "Basic abc"})
    assert answer.status == 401


async def test_a_defect_is_an_internal_error_in_the_envelope(app_of):
    app = app_of(TOKEN)

    async def broken(*_of_the_call):
        raise ZeroDivisionError

    app.router.routes[0].app = broken
    answer = await call(app, "GET", f"/v1/videos/{ORGANIZATION}/analyses/{ORGANIZATION}")
    assert answer.status == 500
    assert answer.body["error"]["code"] == "internal_error"
    assert "ZeroDivision" not in answer.content.decode()
    assert answer.headers["x-request-id"] == answer.body["meta"]["request_id"]


def test_the_organizations_rate_wins_over_the_installations():
    installation = Rate(60, 60)
    own = {"settings": {"rate_limit": {"requests_per_minute": 2, "burst": 3}}}
    assert rate_of(own, installation) == Rate(2, 3)
    assert rate_of({"settings": {"rate_limit": None}}, installation) == installation
    assert rate_of({"settings": {"rate_limit": None}}, None) is None
