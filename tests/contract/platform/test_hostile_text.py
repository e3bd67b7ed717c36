"""Text that engines, logs or JSON writers stumble over is kept as it is, or refused; it is never a defect."""

import pytest

TEXTS = ["a\x00b", "\u202e\ufeff", "😀" * 50, "$where", "a.b", "'; DROP TABLE videos; --", "\x1b[31m", "\x7f\x80", " "]


@pytest.mark.parametrize("text", TEXTS)
async def test_names_come_back_as_they_were(api, text):
    made = (await api.admin("POST", "/organizations", json={"name": text})).data
    assert (await api.admin("GET", f"/organizations/{made['id']}")).data["name"] == text
    item = {"item_id": text, "title": text, "description": text, "phrases": [text]}
    patched = await api.admin("PATCH", f"/organizations/{made['id']}", json={"settings": {"checklist": [item]}})
    assert patched.data["settings"]["checklist"] == [item]
    key = (await api.admin("POST", f"/organizations/{made['id']}/keys", json={"name": text})).data
    assert (await api.admin("GET", f"/organizations/{made['id']}/keys/{key['id']}")).data["name"] == text


@pytest.mark.parametrize(
    "content", [b'{"name": "\\ud800"}', b'{"name": "\xed\xa0\x80"}', b"[" * 100_000, b'{"a":' * 5000]
)
async def test_broken_text_and_depth_are_a_bad_request(api, content):
    assert (await api.admin("POST", "/organizations", content=content)).error == (400, "bad_request")


@pytest.mark.parametrize(
    "query", ["&".join(["a=1"] * 5000), "limit=5&limit=7", "%zz=%ff&cursor=%ff%fe", "cursor=" + "A" * 8000, "=&==&&"]
)
async def test_queries_of_any_shape(tenant, query):
    assert (await tenant.get(f"/v1/videos?{query}")).status == 200


@pytest.mark.parametrize("key", ["$gt", "a\x1fb".encode("unicode_escape").decode(), "ключ", "k" * 256])
async def test_idempotency_keys_of_any_text(api, key):
    first = await api.admin("POST", "/organizations", json={"name": "x"}, headers={"Idempotency-Key": key})
    again = await api.admin("POST", "/organizations", json={"name": "x"}, headers={"Idempotency-Key": key})
    assert first.status == 201
    assert again.content == first.content
