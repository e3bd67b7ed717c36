"""Items 31 and 32 of the admin contract's checklist, as far as the secret itself goes."""

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest

FORM = re.compile(r"whsec_[A-Za-z0-9+/]{32}")


@pytest.fixture
def path(tenant):
    return f"/organizations/{tenant.id}/studio-webhook-secret"


async def test_item_31_the_secret_is_made_with_the_organization(tenant, path):
    first = (await tenant.api.admin("GET", path)).data
    assert FORM.fullmatch(first["secret"])
    assert (first["previous_secret"], first["previous_expires_at"]) == (None, None)
    assert (await tenant.api.admin("GET", path)).data == first


async def test_item_32_a_rotation_keeps_the_one_before_for_a_day(tenant, path):
    first = (await tenant.api.admin("GET", path)).data["secret"]
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    answers = [await tenant.api.admin("POST", f"{path}/rotate", headers=headers) for _ in range(2)]
    assert answers[0].content == answers[1].content
    rotated = answers[0].data
    assert FORM.fullmatch(rotated["secret"])
    assert rotated["previous_secret"] == first != rotated["secret"]
    ends = datetime.fromisoformat(rotated["previous_expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=50) < ends <= timedelta(hours=24)
    assert (await tenant.api.admin("GET", path)).data == rotated
    again = (await tenant.api.admin("POST", f"{path}/rotate")).data
    assert again["previous_secret"] == rotated["secret"]


async def test_item_32_after_its_day_the_one_before_is_gone(tenant, path, database):
    await tenant.api.admin("POST", f"{path}/rotate")
    past = datetime(2026, 1, 1, tzinfo=UTC)
    organizations = database["organizations"]
    organization = await organizations.find_one({"_id": tenant.id})
    organization["studio_secrets_until"] = [None, past]
    await organizations.replace_one({"_id": tenant.id}, organization)
    shown = (await tenant.api.admin("GET", path)).data
    assert (shown["previous_secret"], shown["previous_expires_at"]) == (None, None)


async def test_the_secret_is_shown_nowhere_else(tenant, path):
    secret = (await tenant.api.admin("GET", path)).data["secret"]
    for other in (f"/organizations/{tenant.id}", "/organizations?limit=100"):
        assert secret.encode() not in (await tenant.api.admin("GET", other)).content
