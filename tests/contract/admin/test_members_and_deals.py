"""Items 15 to 21, 30 and 35 of the admin contract's checklist: members, deals, activities."""

import secrets

import pytest

UNKNOWN_ID = "018f0000-0000-7000-8000-000000000000"


def path(tenant, *steps):
    return "/".join((f"/organizations/{tenant.id}", *steps))


async def make(tenant, kind, **members):
    answer = await tenant.api.admin("POST", path(tenant, kind), json=members)
    assert answer.status == 201, answer.content
    return answer.data


async def test_item_15_the_platform_shows_a_member_without_its_external_id(tenant):
    external = secrets.token_hex(8)
    made = await make(tenant, "members", name="Ann", email="Ann@example.com", role="admin", external_id=external)
    assert set(made) == {"id", "name", "email", "role", "external_id", "created_at", "updated_at"}
    assert (made["email"], made["role"], made["external_id"]) == ("Ann@example.com", "admin", external)
    shown = (await tenant.get("/v1/members?limit=0&cursor=x")).data
    assert shown == [{name: made[name] for name in ("id", "name", "email", "role", "created_at")}]
    assert (await tenant.api.admin("GET", path(tenant, "members", made["id"]))).data == made


async def test_item_15_members_are_listed_newest_first(tenant):
    instants = ["2026-01-31T05:31:56.120Z", "2025-01-01T00:00:00Z", "2026-01-31T05:31:56.120Z"]
    made = [
        await make(tenant, "members", name=str(number), email=f"{number}@example.com", created_at=at)
        for number, at in enumerate(instants)
    ]
    expected = sorted(made, key=lambda one: (one["created_at"], one["id"]), reverse=True)
    assert [one["id"] for one in (await tenant.get("/v1/members")).data] == [one["id"] for one in expected]


async def test_item_16_an_address_is_one_members_in_its_organization(tenant, make_tenant):
    await make(tenant, "members", name="Ann", email="ann@example.com")
    again = await tenant.api.admin("POST", path(tenant, "members"), json={"name": "B", "email": "ANN@example.com"})
    assert again.error == (422, "validation_failed")
    assert again.message.startswith("email")
    await make(await make_tenant(), "members", name="Ann", email="ann@example.com")
    other = await make(tenant, "members", name="Bob", email="bob@example.com")
    taken = await tenant.api.admin("PATCH", path(tenant, "members", other["id"]), json={"email": "ann@example.com"})
    assert taken.error == (422, "validation_failed")
    same = await tenant.api.admin("PATCH", path(tenant, "members", other["id"]), json={"email": "Bob@example.com"})
    assert same.data["email"] == "Bob@example.com"


async def test_an_external_id_is_one_members_in_the_installation(tenant, make_tenant):
    external, stranger = secrets.token_hex(8), await make_tenant()
    await make(tenant, "members", name="Ann", email="ann@example.com", external_id=external)
    body = {"name": "Bob", "email": "bob@example.com", "external_id": external}
    answer = await stranger.api.admin("POST", path(stranger, "members"), json=body)
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith("external_id")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"email": "a@b"}, "name"),
        ({"name": "a"}, "email"),
        ({"name": "a", "email": "nobody"}, "email"),
        ({"name": "a", "email": "a@b", "role": "owner"}, "role"),
        ({"name": "a", "email": "a@b", "external_id": ""}, "external_id"),
        ({"name": "a", "email": "a@b", "created_at": "yesterday"}, "created_at"),
    ],
)
async def test_bodies_that_are_no_member(tenant, body, named):
    answer = await tenant.api.admin("POST", path(tenant, "members"), json=body)
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith(named)


async def test_item_17_a_deal_needs_a_title_only(tenant):
    made = await make(tenant, "deals", title="Big")
    expected = dict.fromkeys(("product_id", "owner_id", "forecast_amount", "close_date", "probability"))
    assert made == expected | {
        "id": made["id"],
        "title": "Big",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        "score_factors": [],
    }
    assert (await tenant.get(f"/v1/deals/{made['id']}")).data == made
    assert (await tenant.get("/platform/v1/deals")).data == [
        {name: value for name, value in made.items() if name != "score_factors"}
    ]


async def test_item_17_a_deal_with_everything(tenant):
    owner = await make(tenant, "members", name="Ann", email="ann@example.com")
    wanted = {
        "title": "Big",
        "product_id": "pro",
        "owner_id": owner["id"],
        "forecast_amount": 1250.5,
        "close_date": "2026-12-24T18:00:00.000Z",
        "probability": 40,
    }
    made = await make(tenant, "deals", **wanted, created_at="2025-02-03T04:05:06.007Z")
    assert {name: made[name] for name in wanted} == wanted
    assert made["created_at"] == "2025-02-03T04:05:06.007Z"
    changed = (await tenant.api.admin("PATCH", path(tenant, "deals", made["id"]), json={"close_date": None})).data
    assert (changed["close_date"], changed["forecast_amount"]) == (None, 1250.5)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "title"),
        ({"title": "a", "probability": 101}, "probability"),
        ({"title": "a", "forecast_amount": "much"}, "forecast_amount"),
        ({"title": "a", "close_date": "2026-12-24"}, "close_date"),
        ({"title": "a", "owner_id": UNKNOWN_ID}, "owner_id"),
        ({"title": "a", "owner_id": "nobody"}, "owner_id"),
    ],
)
async def test_bodies_that_are_no_deal(tenant, body, named):
    answer = await tenant.api.admin("POST", path(tenant, "deals"), json=body)
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith(named)


async def test_item_18_an_owner_of_another_organization_is_unknown(tenant, make_tenant):
    stranger = await make_tenant()
    member = await make(stranger, "members", name="Ann", email="ann@example.com")
    answer = await tenant.api.admin("POST", path(tenant, "deals"), json={"title": "a", "owner_id": member["id"]})
    assert answer.error == (422, "validation_failed")
    deal = await make(tenant, "deals", title="a")
    answer = await tenant.api.admin("PATCH", path(tenant, "deals", deal["id"]), json={"owner_id": member["id"]})
    assert answer.error == (422, "validation_failed")


async def test_item_19_deals_of_one_instant_are_walked_by_their_ids(tenant):
    made = [await make(tenant, "deals", title=str(n), created_at="2026-01-31T05:31:56.120Z") for n in range(57)]
    seen, cursor = [], ""
    while cursor is not None:
        page = await tenant.get(f"/v1/deals?limit=10{f'&cursor={cursor}' if cursor else ''}")
        seen += [one["id"] for one in page.data]
        cursor = page.body["meta"]["next_cursor"]
    assert seen == sorted((one["id"] for one in made), reverse=True)


async def test_items_20_and_21_activities_of_a_deal(tenant):
    deal = await make(tenant, "deals", title="Big")
    actor = await make(tenant, "members", name="Ann", email="ann@example.com")
    made = await make(tenant, f"deals/{deal['id']}/activities", type="call", actor_id=actor["id"], body="Talked.")
    assert made["occurred_at"] == made["created_at"]
    shown = {name: value for name, value in made.items() if name != "updated_at"}
    assert (await tenant.get(f"/v1/deals/{deal['id']}/activities")).data == [shown]
    one = path(tenant, "deals", deal["id"], "activities", made["id"])
    changed = await tenant.api.admin("PATCH", one, json={"title": "Second call", "actor_id": None})
    assert changed.data["updated_at"] > made["updated_at"]
    assert (changed.data["title"], changed.data["actor_id"], changed.data["body"]) == ("Second call", None, "Talked.")
    (listed,) = (await tenant.get(f"/v1/deals/{deal['id']}/activities")).data
    assert listed["title"] == "Second call"
    assert (await tenant.api.admin("GET", one)).data == changed.data


@pytest.mark.parametrize(
    ("body", "named"),
    [({}, "type"), ({"type": "x" * 65}, "type"), ({"type": "note", "actor_id": UNKNOWN_ID}, "actor_id")],
)
async def test_bodies_that_are_no_activity(tenant, body, named):
    deal = await make(tenant, "deals", title="Big")
    answer = await tenant.api.admin("POST", path(tenant, "deals", deal["id"], "activities"), json=body)
    assert answer.error == (422, "validation_failed")
    assert answer.message.startswith(named)


@pytest.mark.parametrize("read_only", ["id", "created_at", "updated_at", "score_factors"])
async def test_what_a_patch_may_not_name(tenant, read_only):
    deal = await make(tenant, "deals", title="Big")
    answer = await tenant.api.admin("PATCH", path(tenant, "deals", deal["id"]), json={read_only: None})
    assert answer.error == (422, "validation_failed")
    assert read_only in answer.message


async def test_item_30_a_video_is_linked_to_a_deal_of_its_organization_only(tenant, make_tenant):
    stranger = await make_tenant()
    foreign = await make(stranger, "deals", title="theirs")
    deal, owner = await make(tenant, "deals", title="a"), await make(tenant, "members", name="A", email="a@b")
    video = (await tenant.upload(b"x", "a.mp4", deal_id=deal["id"], owner_id=owner["id"])).data
    assert (video["deal_id"], video["owner_id"]) == (deal["id"], owner["id"])
    one = path(tenant, "videos", video["id"])
    assert (await tenant.api.admin("PATCH", one, json={"deal_id": foreign["id"]})).error == (422, "validation_failed")
    assert (await tenant.api.admin("PATCH", one, json={"owner_id": None})).data["owner_id"] is None
    assert (await tenant.get(f"/v1/videos/{video['id']}")).data["deal_id"] == deal["id"]


async def test_item_28_a_key_belongs_to_a_member_of_its_organization(tenant):
    member = await make(tenant, "members", name="Ann", email="ann@example.com")
    assert (await tenant.new_key(member_id=member["id"]))["member_id"] == member["id"]


async def test_item_35_a_deal_under_another_organization_is_not_found(tenant, make_tenant):
    stranger = await make_tenant()
    deal = await make(tenant, "deals", title="ours")
    member = await make(tenant, "members", name="A", email="a@b")
    activity = await make(tenant, f"deals/{deal['id']}/activities", type="note")
    other = await make(tenant, "deals", title="another of ours")
    for steps, shown in (
        (("deals", deal["id"]), "Deal"),
        (("members", member["id"]), "Member"),
        (("deals", deal["id"], "activities"), "Deal"),
        (("deals", deal["id"], "activities", activity["id"]), "Deal"),
    ):
        answer = await tenant.api.admin("GET", path(stranger, *steps))
        assert (answer.error, answer.message) == ((404, "not_found"), f"{shown} not found")
    answer = await tenant.api.admin("GET", path(tenant, "deals", other["id"], "activities", activity["id"]))
    assert (answer.error, answer.message) == ((404, "not_found"), "Activity not found")
    assert (await stranger.get(f"/v1/deals/{deal['id']}")).error == (404, "not_found")
    assert (await stranger.get(f"/v1/deals/{deal['id']}/activities")).error == (404, "not_found")
