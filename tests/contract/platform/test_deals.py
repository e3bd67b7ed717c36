"""Items 41, 43, 45, 46 and 49 of the platform contract's checklist, on deals and members."""

import pytest

FIELDS = {
    "id",
    "title",
    "created_at",
    "updated_at",
    "product_id",
    "owner_id",
    "forecast_amount",
    "close_date",
    "probability",
}


async def make_deals(tenant, instants):
    path = f"/organizations/{tenant.id}/deals"
    answers = [
        await tenant.api.admin("POST", path, json={"title": str(number), "created_at": at})
        for number, at in enumerate(instants)
    ]
    return [answer.data for answer in answers]


async def test_items_46_and_49_a_deal_shows_every_member_and_a_list_no_factors(tenant):
    (made,) = await make_deals(tenant, [None])
    deal = (await tenant.get(f"/v1/deals/{made['id']}")).data
    assert set(deal) == FIELDS | {"score_factors"}
    assert deal["score_factors"] == []
    (listed,) = (await tenant.get("/v1/deals")).data
    assert set(listed) == FIELDS


async def test_item_43_a_walk_over_57_deals_visits_each_once(tenant):
    made = await make_deals(tenant, [f"2026-01-{1 + number // 4:02}T00:00:00Z" for number in range(57)])
    seen, cursor, last = [], "", None
    while cursor is not None:
        last = await tenant.get(f"/v1/deals?limit=10{f'&cursor={cursor}' if cursor else ''}")
        seen += [one["id"] for one in last.data]
        cursor = last.body["meta"]["next_cursor"]
    assert seen == [one["id"] for one in sorted(made, key=lambda one: (one["created_at"], one["id"]), reverse=True)]
    assert last.body["meta"]["has_more"] is False


async def test_item_45_a_last_page_that_is_exactly_full(tenant):
    await make_deals(tenant, [None] * 25)
    page = await tenant.get("/v1/deals")
    assert len(page.data) == 25
    assert (page.body["meta"]["has_more"], page.body["meta"]["next_cursor"]) == (False, None)


@pytest.mark.parametrize("limit", ["0", "101", "abc", "1.5", ""])
async def test_item_41_a_limit_out_of_range_is_refused_where_there_are_pages_only(tenant, limit):
    for path in ("/v1/videos", "/v1/deals"):
        answer = await tenant.get(f"{path}?limit={limit}")
        assert answer.error == (422, "validation_failed")
        assert "limit" in answer.message
    assert (await tenant.get(f"/v1/members?limit={limit}")).status == 200


async def test_a_key_without_the_scope_sees_no_deals_and_no_members(tenant):
    weak = (await tenant.new_key(scopes=["videos:read"]))["raw_key"]
    for path in ("/v1/deals", "/v1/members"):
        assert (await tenant.api.call("GET", path, weak)).error == (403, "forbidden")
