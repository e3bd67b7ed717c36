"""Section 1 of the admin contract: what a PATCH keeps, resets, replaces and merges, and what an import may date."""

import pytest

AT = "2026-01-31T05:31:56.120Z"


@pytest.fixture
def admin(tenant):
    """Calls below the tenant's organization; the data of the answer."""

    async def call(method, path, **members):
        kwargs = {"json": members} if method in ("POST", "PATCH") else {}
        return (await tenant.api.admin(method, f"/organizations/{tenant.id}{path}", **kwargs)).data

    return call


@pytest.fixture
async def ann(admin):
    return await admin("POST", "/members", name="Ann", email="ann@example.com", role="admin", external_id=None)


async def test_null_resets_every_member_that_has_a_default(admin, ann):
    deal = await admin("POST", "/deals", title="Big", product_id="pro", owner_id=ann["id"], probability=40)
    base = f"/deals/{deal['id']}"
    activity = await admin("POST", f"{base}/activities", type="call", title="t", body="b", occurred_at=AT)
    key = await admin("POST", "/keys", name="k", scopes=["videos:read"], expires_at="2036-01-01T00:00:00Z")
    for path, before, reset in (
        (f"/members/{ann['id']}", ann, {"role": "member", "external_id": None}),
        (base, deal, {"product_id": None, "owner_id": None, "probability": None}),
        (
            f"{base}/activities/{activity['id']}",
            activity,
            {"title": None, "body": None, "occurred_at": activity["created_at"]},
        ),
        (f"/keys/{key['id']}", key | {"raw_key": None}, {"scopes": None, "expires_at": None}),
    ):
        after = await admin("PATCH", path, **dict.fromkeys(reset))
        assert after == before | reset | {"updated_at": after["updated_at"]}
        assert after["updated_at"] > before["updated_at"]
        assert await admin("GET", path) == after


async def test_null_resets_an_organization_as_far_as_there_are_defaults(admin):
    inactive = await admin("PATCH", "", is_active=False, settings={"run_deadline_seconds": 7})
    after = await admin("PATCH", "", is_active=None, settings={"run_deadline_seconds": None})
    assert (inactive["is_active"], after["is_active"]) == (False, True)
    assert after["settings"]["run_deadline_seconds"] is None


@pytest.mark.parametrize(("path", "member"), [("", "name"), ("/members/{member}", "email"), ("/deals/{deal}", "title")])
async def test_what_has_no_default_cannot_be_reset(tenant, admin, ann, path, member):
    deal = await admin("POST", "/deals", title="Big")
    at = f"/organizations/{tenant.id}{path.format(member=ann['id'], deal=deal['id'])}"
    answer = await tenant.api.admin("PATCH", at, json={member: None})
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith(member)


async def test_arrays_are_replaced_whole_and_objects_merged(admin, tenant):
    first, second = ({"item_id": name, "title": name, "phrases": [name, "x"]} for name in ("budget", "timeline"))
    rate = {"requests_per_minute": 600, "burst": 70}
    await admin("PATCH", "", settings={"checklist": [first, second], "rate_limit": rate})
    after = await admin("PATCH", "", settings={"checklist": [second], "rate_limit": {"burst": 80}})
    assert after["settings"]["checklist"] == [second | {"description": None}]
    assert after["settings"]["rate_limit"] == rate | {"burst": 80}
    await admin("PATCH", "", settings={"rate_limit": None})
    half = await tenant.patch(settings={"rate_limit": {"burst": 80}})
    assert half.error == (422, "validation_failed")
    assert "requests_per_minute" in half.message


async def test_imports_keep_their_dates_and_their_place_in_lists(admin, tenant):
    deal = await admin("POST", "/deals", title="Old", created_at="2020-02-29T12:00:00+02:00")
    assert deal["created_at"] == deal["updated_at"] == "2020-02-29T10:00:00.000Z"
    base = f"/deals/{deal['id']}/activities"
    made = [await admin("POST", base, type="note", created_at=at) for at in (AT, "2020-01-01T00:00:00Z", AT)]
    assert [one["occurred_at"] for one in made] == [one["created_at"] for one in made]
    order = [one["id"] for one in sorted(made, key=lambda one: (one["created_at"], one["id"]), reverse=True)]
    first = await tenant.get(f"/v1{base}?limit=2")
    rest = await tenant.get(f"/v1{base}?limit=2&cursor={first.body['meta']['next_cursor']}")
    assert [one["id"] for one in first.data + rest.data] == order
    assert [one["id"] for one in await admin("GET", base)] == order


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"checklist": [{"item_id": str(n), "title": "x"} for n in range(101)]}, "checklist"),
        ({"checklist": [{"item_id": "a"}]}, "title"),
        ({"checklist": [{"item_id": "a", "title": "a", "phrases": "budget"}]}, "phrases"),
        ({"checklist_enabled": "yes"}, "checklist_enabled"),
        ({"rate_limit": {"requests_per_minute": 0, "burst": 1}}, "requests_per_minute"),
        ({"rate_limit": 60}, "rate_limit"),
        ({"library_minutes": -1}, "library_minutes"),
        ({"library_bonus_minutes": "3"}, "library_bonus_minutes"),
        ({"webhook_allowed_hostnames": "x.example"}, "webhook_allowed_hostnames"),
        ([], "settings"),
    ],
)
async def test_settings_that_do_not_fit_name_their_member_and_change_nothing(tenant, admin, settings, named):
    before = await admin("GET", "")
    answer = await tenant.patch(name="changed", settings=settings)
    assert answer.error == (422, "validation_failed")
    assert named in answer.message
    assert await admin("GET", "") == before


async def test_a_deadline_holds_for_runs_that_begin_after_it(tenant, admin, database):
    video_id = await tenant.ready_video()
    seconds = []
    for wanted in (100, 200):
        await admin("PATCH", "", settings={"run_deadline_seconds": wanted})
        made = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
        run = await database["runs"].find_one({"_id": made["id"]})
        seconds.append((run["run"]["deadline_at"] - run["created_at"]).total_seconds())
    assert seconds == [100, 200]
