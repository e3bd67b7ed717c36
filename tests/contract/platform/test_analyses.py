"""Items 14 to 31 and 59 of the platform contract's checklist: analyses, their parts and their streams."""

import asyncio
import re
import secrets
from pathlib import Path

import orjson
import pytest

LONG_CLIP = Path(__file__).parents[3] / "demo" / "sales_call.mp4"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def unseen_before(clip):
    """The same video in a file that nobody has worked on: an MP4 may end with a box to be skipped."""
    noise = secrets.token_bytes(16)
    return clip.read_bytes() + (8 + len(noise)).to_bytes(4, "big") + b"free" + noise


async def test_item_14_a_post_without_a_body_begins_an_analysis(tenant):
    video_id = await tenant.ready_video()
    answer = await tenant.post(f"/v1/videos/{video_id}/analyses")
    assert answer.status == 201
    assert set(answer.data) == {"id", "video_id", "status", "created_at", "updated_at"}
    assert answer.data["status"] == "processing"
    assert answer.data["video_id"] == video_id
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", answer.data["id"])
    assert INSTANT.fullmatch(answer.data["created_at"])
    assert "location" not in answer.headers
    assert "idempotent-replayed" not in answer.headers


async def test_items_15_16_17_an_analysis_goes_from_processing_to_completed(tenant):
    video_id = await tenant.ready_video()
    made = (await tenant.post(f"/v1/videos/{video_id}/analyses", json={"unknown": 1})).data
    seen = []
    async with asyncio.timeout(240):
        while not seen or seen[-1]["status"] == "processing":
            seen.append((await tenant.get(f"/v1/videos/{video_id}/analyses/{made['id']}")).data)
            await asyncio.sleep(0.05)
    *before, last = seen
    assert all("result" not in one and "error" not in one and "finished_at" not in one for one in before)
    assert last["status"] == "completed"
    assert "error" not in last
    assert isinstance(last["result"]["summary"]["sections"], list)
    assert isinstance(last["result"]["events"], list)
    assert "checklist" not in last["result"]
    assert all(INSTANT.fullmatch(last[name]) for name in ("created_at", "started_at", "finished_at", "updated_at"))
    assert last["created_at"] == made["created_at"]


CHECKLIST = [
    {"item_id": "budget", "title": "Budget was discussed", "phrases": ["budget", "price range"]},
    {"item_id": "greeting", "title": "The customer was welcomed", "description": "With thanks for the time."},
    {"item_id": "survey", "title": "Asked for a rating", "phrases": ["survey", "rate this call"]},
]


async def test_items_18_and_24_a_checklist_is_evaluated_when_it_is_enabled(make_tenant):
    tenant = await make_tenant(checklist_enabled=True, checklist=CHECKLIST)
    video_id = await tenant.ready_video()
    made = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    done = await tenant.until(f"/v1/videos/{video_id}/analyses/{made['id']}", "completed")
    items = done["result"]["checklist"]["items"]
    assert [(item["item_id"], item["title"]) for item in items] == [
        (item["item_id"], item["title"]) for item in CHECKLIST
    ]
    for item in items:
        assert set(item) == {"item_id", "title", "passed", "score", "reason"}
        assert isinstance(item["passed"], bool)
        assert 0 <= item["score"] <= 100
    by_id = {item["item_id"]: item for item in items}
    assert by_id["budget"]["passed"]
    assert 'at 0:02: "What is your budget for this year?"' in by_id["budget"]["reason"]
    assert not by_id["survey"]["passed"]
    assert (await tenant.get(f"/v1/videos/{video_id}/checklist")).data == done["result"]["checklist"]

    assert (await tenant.patch(settings={"checklist_enabled": False})).status == 200
    again = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    without = await tenant.until(f"/v1/videos/{video_id}/analyses/{again['id']}", "completed")
    assert "checklist" not in without["result"]
    assert (await tenant.get(f"/v1/videos/{video_id}/checklist")).error == (404, "not_found")


async def test_item_20_a_terminal_analysis_never_changes(analyzed):
    tenant, video_id, analysis = analyzed
    path = f"/v1/videos/{video_id}/analyses/{analysis['id']}"
    seen = {orjson.dumps((await tenant.get(path)).data) for _ in range(10)}
    assert seen == {orjson.dumps(analysis)}


async def test_items_19_and_21_an_analysis_past_its_deadline_times_out_for_good(make_tenant):
    tenant = await make_tenant()
    video_id = await tenant.ready_video(unseen_before(LONG_CLIP))
    assert (await tenant.patch(settings={"run_deadline_seconds": 1})).status == 200
    made = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    path = f"/v1/videos/{video_id}/analyses/{made['id']}"
    ended = await tenant.until(path, "failed", "completed")
    assert ended["error"]["code"] == "timeout"
    assert isinstance(ended["error"]["message"], str)
    assert "result" not in ended
    await asyncio.sleep(2)
    assert (await tenant.get(path)).data == ended


async def test_item_23_the_history_is_newest_first_and_whole(analyzed):
    tenant, video_id, analysis = analyzed
    later = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    done = await tenant.until(f"/v1/videos/{video_id}/analyses/{later['id']}", "completed")
    history = await tenant.get(f"/v1/videos/{video_id}/analyses")
    assert history.data[0] == done
    assert analysis in history.data
    assert [one["created_at"] for one in history.data] == sorted(
        (one["created_at"] for one in history.data), reverse=True
    )
    assert set(history.body["meta"]) == {"request_id", "has_more", "next_cursor"}


async def test_item_24_the_parts_equal_those_of_the_latest_completed_analysis(analyzed):
    tenant, video_id, _ = analyzed
    history = (await tenant.get(f"/v1/videos/{video_id}/analyses")).data
    latest = next(one for one in history if one["status"] == "completed")["result"]
    assert (await tenant.get(f"/v1/videos/{video_id}/summary")).data == latest["summary"]
    events = await tenant.get(f"/v1/videos/{video_id}/events?limit=0&cursor=x")
    assert events.data == latest["events"]
    assert set(events.body["meta"]) == {"request_id"}
    assert (await tenant.get(f"/v1/videos/{video_id}/checklist")).error == (404, "not_found")


async def test_item_24_the_transcript_is_whole_and_in_order(analyzed):
    tenant, video_id, _ = analyzed
    transcript = await tenant.get(f"/v1/videos/{video_id}/transcript?limit=abc")
    assert set(transcript.body["meta"]) == {"request_id"}
    assert transcript.data
    for row in transcript.data:
        assert set(row) == {"id", "speaker", "text", "start_seconds", "end_seconds"}
        assert 0 <= row["start_seconds"] <= row["end_seconds"]
    order = [(row["start_seconds"], row["id"]) for row in transcript.data]
    assert order == sorted(order)


async def test_item_25_before_any_completed_analysis(tenant):
    video_id = (await tenant.upload()).data["id"]
    assert (await tenant.get(f"/v1/videos/{video_id}/summary")).error == (404, "not_found")
    assert (await tenant.get(f"/v1/videos/{video_id}/checklist")).error == (404, "not_found")
    assert (await tenant.get(f"/v1/videos/{video_id}/events")).data == []
    assert (await tenant.get(f"/v1/videos/{video_id}/transcript")).data == []


async def test_item_26_an_analysis_under_another_video(analyzed):
    tenant, video_id, analysis = analyzed
    other = (await tenant.upload()).data["id"]
    assert other != video_id
    for path in ("", "/stream"):
        answer = await tenant.get(f"/v1/videos/{other}/analyses/{analysis['id']}{path}")
        assert answer.error == (404, "not_found")
        assert answer.message == "Analysis not found"


async def test_item_27_a_video_that_is_not_ready(tenant):
    video_id = (await tenant.upload(b"no video at all")).data["id"]
    answer = await tenant.post(f"/v1/videos/{video_id}/analyses")
    assert answer.error == (422, "validation_failed")
    assert (await tenant.get(f"/v1/videos/{video_id}/analyses")).data == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"[]", 422, "validation_failed"),
        (b'"x"', 422, "validation_failed"),
        (b"null", 422, "validation_failed"),
        (b"1", 422, "validation_failed"),
        (b"{", 400, "bad_request"),
        (b" ", 400, "bad_request"),
        (b'{"a": NaN}', 400, "bad_request"),
        (b'"\xff"', 400, "bad_request"),
        (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', 400, "bad_request"),
    ],
)
async def test_item_28_bodies_that_do_not_parse_or_are_no_object(tenant, content, status, code):
    video_id = await tenant.ready_video()
    answer = await tenant.post(f"/v1/videos/{video_id}/analyses", content=content)
    assert answer.error == (status, code)
    assert (await tenant.get(f"/v1/videos/{video_id}/analyses")).data == []


async def test_item_28_the_resource_is_looked_for_before_the_body(tenant):
    answer = await tenant.post("/v1/videos/not-an-id/analyses", content=b"{")
    assert answer.error == (404, "not_found")


async def test_item_59_the_stream_begins_with_the_state_and_ends_once(tenant):
    video_id = await tenant.ready_video()
    made = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    path = f"/v1/videos/{video_id}/analyses/{made['id']}"
    events, numbers = [], []
    async with asyncio.timeout(240):
        async for field, value in tenant.api.events(f"{path}/stream", tenant.key, {"Last-Event-ID": "999"}):
            match field:
                case "id":
                    numbers.append(int(value))
                case "event":
                    events.append([value.decode(), None])
                case "data":
                    events[-1][1] = orjson.loads(value)
    assert [name for name, _ in events] == ["progress"] * (len(events) - 1) + ["end"]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(events)
    percents = [data["progress_percent"] for _, data in events]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert all(percent < 100 for percent in percents[:-1])
    assert all(set(data) == {"progress_percent", "current_stage", "resource"} for _, data in events)
    assert events[-1][1]["current_stage"] is None
    assert events[-1][1]["resource"] == (await tenant.get(path)).data


async def test_item_59_the_stream_of_an_ended_analysis_is_one_event(analyzed):
    tenant, video_id, analysis = analyzed
    path = f"/v1/videos/{video_id}/analyses/{analysis['id']}/stream"
    fields = [pair async for pair in tenant.api.events(path, tenant.key, {})]
    assert [name for name, _ in fields] == ["id", "event", "data"]
    assert fields[1][1] == b"end"
    assert orjson.loads(fields[2][1])["resource"] == analysis
