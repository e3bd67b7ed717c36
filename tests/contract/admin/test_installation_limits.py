"""What an installation may set for all: the size of uploads, and a rate for keys whose organization sets none."""

import pytest

from services.gateway.core.token_bucket import Rate
from services.gateway.http.parts import Limits
from shared.contracts.artifacts import MEDIA_BUCKET
from shared.testkit.asgi import call

MEBIBYTE = 1024 * 1024
BOUNDARY = "b0undary"


@pytest.fixture
def strict(make_gateway):
    return make_gateway(Limits(upload_bytes=MEBIBYTE, run_deadline_seconds=1800, rate=Rate(per_minute=1, burst=2)))


def upload(size):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'.encode()
    return head + b"x" * size + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(("size", "status"), [(MEBIBYTE, 201), (MEBIBYTE + 1, 422), (20 * MEBIBYTE, 422)])
async def test_a_file_over_the_limit_is_refused_and_leaves_no_object(strict, tenant, objects, size, status):
    headers = {
        "Authorization": f"Bearer {tenant.api.admin_token}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Idempotency-Key": "k",
    }
    path = f"/admin/v1/organizations/{tenant.id}/videos"
    answer = await call(strict, "POST", path, headers=headers, content=upload(size))
    assert answer.status == status
    if status == 422:
        assert answer.body["error"]["code"] == "validation_failed"
        assert "1 MiB" in answer.body["error"]["message"]
        assert await objects.list_keys(MEDIA_BUCKET, tenant.id) == []


async def test_the_installations_rate_holds_where_the_organization_sets_none(strict, tenant):
    headers = {"Authorization": f"Bearer {tenant.key}"}
    assert [(await call(strict, "GET", "/v1/videos", headers=headers)).status for _ in range(3)] == [200, 200, 429]
    await tenant.patch(settings={"rate_limit": {"requests_per_minute": 600, "burst": 100}})
    assert [(await call(strict, "GET", "/v1/videos", headers=headers)).status for _ in range(3)] == [200, 200, 200]
