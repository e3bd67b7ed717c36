"""What the store promises, held by every engine that it may run on."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from shared.contracts.failures import TransientFailure
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.kit.documents import Collection, Documents, DuplicateId, In, Range, StoreUnavailable

AT = datetime(2026, 1, 31, 5, 31, 56, 120_000, tzinfo=UTC)
ORGANIZATIONS = [f"organization {n}" for n in range(3)]

RICH: dict[str, Any] = {
    "_id": "rich",
    "revision": 7,
    "title": "Maß 🎬 \u2028 \u0000 ' \" \\ $where {}",
    "is_active": True,
    "is_old": False,
    "nothing": None,
    "created_at": AT,
    "second_at": datetime(2026, 1, 31, tzinfo=UTC),
    "far_at": datetime(9999, 1, 1, tzinfo=UTC),
    "count": 2**53 + 1,
    "below": -1,
    "fraction": 0.1,
    "whole_fraction": 2.0,
    "all_characters": "".join(map(chr, range(0x300))),
    "empty_list": [],
    "empty": {},
    "nested": {"steps": [{"at": AT, "done": True, "score": None}, {"deep": {"deeper": [1, 2.5, "x", False]}}]},
    "outbox": [{"id": "1", "topic": "rushes.runs.v1", "key": "k", "message": '{"a": 1}'}],
}


def ids(documents: list[dict[str, Any]]) -> list[str]:
    return [document["_id"] for document in documents]


async def fill(collection: Collection, *documents: dict[str, Any]) -> None:
    await collection.insert_missing([{"revision": 0, **document} for document in documents])


class TestKeepsValues:
    async def test_every_value_comes_back_as_it_was_put(self, collection: Collection) -> None:
        await collection.insert(dict(RICH))
        read = await collection.get("rich")
        assert read == RICH
        assert list(read) == list(RICH)

    async def test_types_come_back_as_they_were_put(self, collection: Collection) -> None:
        await collection.insert(dict(RICH))
        read = await collection.get("rich")
        assert read is not None
        for name, value in RICH.items():
            assert isinstance(read[name], type(value)), name
        assert read["nested"]["steps"][0]["done"] is True
        assert read["created_at"].tzinfo is UTC

    async def test_replacing_keeps_values_too(self, collection: Collection) -> None:
        await collection.insert({"_id": "rich", "revision": 7})
        assert await collection.replace(dict(RICH))
        assert await collection.get("rich") == RICH | {"revision": 8}

    async def test_replacing_forgets_fields_that_are_gone(self, collection: Collection) -> None:
        document = dict(RICH)
        await collection.insert(document)
        del document["title"]
        await collection.replace(document)
        assert "title" not in (await collection.get("rich") or {"title": "no document"})

    async def test_one_megabyte(self, collection: Collection) -> None:
        big = {"_id": "big", "revision": 0, "text": "ä" * 500_000, "hex": random.Random(1).randbytes(500_000).hex()}
        await collection.insert(dict(big))
        assert await collection.get("big") == big
        assert await collection.replace(dict(big))
        assert await collection.find({"_id": "big"}) == [big | {"revision": 1}]

    async def test_what_is_not_there_is_none(self, collection: Collection) -> None:
        assert await collection.get("nobody") is None
        assert await collection.find_one({"_id": "nobody"}) is None
        assert await collection.find({"title": "nothing"}) == []
        assert await collection.delete({"_id": "nobody"}) == 0

    @pytest.mark.parametrize("name", ["' OR 1=1 --", 'a"b', "a.b", "$a", "ü" * 300, "0", "null"])
    async def test_any_text_is_an_id(self, collection: Collection, name: str) -> None:
        await fill(collection, {"_id": "other"}, {"_id": name})
        assert await collection.get(name) == {"_id": name, "revision": 0}
        assert await collection.delete({"_id": name}) == 1
        assert ids(await collection.find({"revision": 0})) == ["other"]


class TestInsert:
    async def test_a_second_document_with_the_id_is_refused(self, collection: Collection) -> None:
        await collection.insert({"_id": "a", "revision": 0, "title": "first"})
        with pytest.raises(DuplicateId):
            await collection.insert({"_id": "a", "revision": 0, "title": "second"})
        assert await collection.get("a") == {"_id": "a", "revision": 0, "title": "first"}

    async def test_a_unique_index_refuses_equal_values(self, collection: Collection) -> None:
        await collection.ensure_index(("digest", 1), unique=True)
        await collection.insert({"_id": "a", "revision": 0, "digest": "same"})
        with pytest.raises(DuplicateId):
            await collection.insert({"_id": "b", "revision": 0, "digest": "same"})
        await collection.insert({"_id": "c", "revision": 0, "digest": "other"})
        with pytest.raises(DuplicateId):
            await collection.replace({"_id": "c", "revision": 0, "digest": "same"})
        assert ids(await collection.find({"revision": 0}, sort=[("_id", 1)])) == ["a", "c"]

    async def test_a_unique_index_on_two_fields(self, collection: Collection) -> None:
        await collection.ensure_index(("organization_id", 1), ("name", 1), unique=True)
        await fill(collection, {"_id": "a", "organization_id": "x", "name": "n"})
        await fill(collection, {"_id": "b", "organization_id": "y", "name": "n"})
        with pytest.raises(DuplicateId):
            await collection.insert({"_id": "c", "revision": 0, "organization_id": "x", "name": "n"})

    async def test_one_of_many_inserters_wins(self, collection: Collection) -> None:
        async def insert(number: int) -> bool:
            try:
                await collection.insert({"_id": "claim", "revision": 0, "owner": number})
            except DuplicateId:
                return False
            return True

        won = await asyncio.gather(*(insert(number) for number in range(20)))
        assert won.count(True) == 1
        assert (await collection.get("claim") or {})["owner"] == won.index(True)

    async def test_insert_missing_leaves_what_is_there(self, collection: Collection) -> None:
        await fill(collection, {"_id": "2", "text": "old"}, {"_id": "4", "text": "old"})
        await fill(collection, *({"_id": str(n), "text": "new"} for n in range(6)))
        found = await collection.find({"revision": 0}, sort=[("_id", 1)])
        assert [document["text"] for document in found] == ["new", "new", "old", "new", "old", "new"]

    async def test_insert_missing_says_which_were_missing(self, collection: Collection) -> None:
        rows = [{"_id": f"{n:04}", "revision": 0} for n in range(1200)]
        assert await collection.insert_missing(rows[::3]) == rows[::3]
        added = await collection.insert_missing(rows)
        assert added == [row for place, row in enumerate(rows) if place % 3]
        assert await collection.insert_missing(rows) == []

    async def test_insert_missing_may_be_repeated(self, collection: Collection) -> None:
        rows = [{"_id": f"{n:04}", "n": n} for n in range(1500)]
        await fill(collection, *rows)
        await fill(collection, *rows)
        found = await collection.find({"n": Range(gte=0)}, sort=[("n", 1)])
        assert [document["n"] for document in found] == list(range(1500))

    async def test_insert_missing_of_nothing(self, collection: Collection) -> None:
        await collection.insert_missing([])

    async def test_insert_missing_says_when_another_index_refuses(self, collection: Collection) -> None:
        await collection.ensure_index(("digest", 1), unique=True)
        await fill(collection, {"_id": "a", "digest": "same"})
        with pytest.raises(DuplicateId, match="b"):
            await fill(
                collection,
                {"_id": "a", "digest": "same"},
                {"_id": "b", "digest": "same"},
                {"_id": "c", "digest": "new"},
            )
        assert ids(await collection.find({"revision": 0}, sort=[("_id", 1)])) == ["a", "c"]


class TestFind:
    @pytest.fixture
    async def numbers(self, collection: Collection) -> Collection:
        """Ten documents, made a second apart; the odd ones are active, every second instant has no fraction."""
        await fill(
            collection,
            *(
                {
                    "_id": f"d{n}",
                    "n": n,
                    "half": n / 2,
                    "organization_id": ORGANIZATIONS[n % 3],
                    "is_active": n % 2 == 1,
                    "created_at": AT.replace(microsecond=0) + timedelta(milliseconds=500 * n),
                    "nothing": None,
                    "finished_at": AT if n == 4 else None,
                    "nested": {"n": n},
                }
                for n in range(10)
            ),
        )
        return collection

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({"n": 3}, "3"),
            ({"half": 1.5}, "3"),
            ({"half": 1}, "2"),
            ({"n": Range(gt=3, lte=6)}, "456"),
            ({"n": Range(gte=3, lt=6)}, "345"),
            ({"half": Range(gte=3.5)}, "789"),
            ({"n": In(1, 5, 77)}, "15"),
            ({"n": In()}, ""),
            ({"_id": In("d1", "d8", "gone")}, "18"),
            ({"_id": Range(gt="d7")}, "89"),
            ({"is_active": True}, "13579"),
            ({"is_active": False}, "02468"),
            ({"is_active": True, "n": Range(lt=4)}, "13"),
            ({"organization_id": ORGANIZATIONS[0]}, "0369"),
            ({"organization_id": In(ORGANIZATIONS[0], ORGANIZATIONS[1]), "is_active": False}, "046"),
            ({"created_at": AT.replace(microsecond=500_000)}, "1"),
            ({"created_at": AT.replace(microsecond=0)}, "0"),
            ({"created_at": Range(gte=AT)}, "123456789"),
            ({"created_at": Range(gt=AT.replace(microsecond=0), lte=AT.replace(second=58, microsecond=0))}, "1234"),
            ({"created_at": Range(lt=AT.replace(microsecond=1000))}, "0"),
            ({"created_at": Range(lt=datetime(9999, 1, 1, tzinfo=UTC))}, "0123456789"),
            ({"created_at": In(AT.replace(microsecond=0), AT, AT.replace(microsecond=500_000))}, "01"),
            ({"unknown_at": Range(lt=datetime(9999, 1, 1, tzinfo=UTC))}, ""),
            ({"unknown": Range(lt=5)}, ""),
            ({"nothing": Range(lt=5)}, ""),
            ({"finished_at": Range(lt=AT + timedelta(days=1))}, "4"),
        ],
    )
    async def test_conditions(self, numbers: Collection, where: dict[str, object], expected: str) -> None:
        found = await numbers.find(where, sort=[("_id", 1)])
        assert "".join(ids(found)).replace("d", "") == expected

    async def test_one_of_alternatives_and_the_rest(self, numbers: Collection) -> None:
        found = await numbers.find(
            {"organization_id": ORGANIZATIONS[0]},
            either=[
                {"created_at": Range(lt=AT.replace(second=57, microsecond=500_000))},
                {"created_at": AT.replace(second=57, microsecond=500_000), "_id": Range(lt="d3")},
                {"n": In(9)},
            ],
            sort=[("_id", 1)],
        )
        assert ids(found) == ["d0", "d9"]

    async def test_alternatives_within_what_must_hold(self, numbers: Collection) -> None:
        found = await numbers.find(
            {"n": Range(gte=2, lt=9), "is_active": True},
            either=[{"n": Range(gt=6)}, {"n": In(1, 2, 3)}, {"n": Range(lte=3), "is_active": True}],
            sort=[("n", -1)],
        )
        assert ids(found) == ["d7", "d3"]

    async def test_a_page_of_alternatives(self, numbers: Collection) -> None:
        either: list[dict[str, object]] = [{"n": Range(lt=4)}, {"is_active": True}]
        found = await numbers.find({}, either=either, sort=[("n", -1)], limit=6)
        assert ids(found) == ["d9", "d7", "d5", "d3", "d2", "d1"]

    async def test_alternatives_alone(self, numbers: Collection) -> None:
        found = await numbers.find({}, either=[{"is_active": True, "n": Range(gt=6)}, {"n": 0}], sort=[("n", -1)])
        assert ids(found) == ["d9", "d7", "d0"]

    async def test_order_and_limit(self, numbers: Collection) -> None:
        assert ids(await numbers.find({"revision": 0}, sort=[("created_at", -1)], limit=3)) == ["d9", "d8", "d7"]
        assert ids(await numbers.find({"revision": 0}, sort=[("half", 1)], limit=2)) == ["d0", "d1"]
        assert len(await numbers.find({"revision": 0}, limit=4)) == 4
        assert len(await numbers.find({"revision": 0})) == 10

    async def test_order_of_ties_and_pages(self, collection: Collection) -> None:
        dice = random.Random(3)
        rows = [
            {
                "_id": f"{dice.getrandbits(64):016x}",
                "organization_id": "o",
                "created_at": AT + timedelta(milliseconds=dice.randrange(4) * 440),
            }
            for _ in range(60)
        ]
        await collection.ensure_index(("organization_id", 1), ("created_at", -1))
        await fill(collection, *rows)
        expected = [row["_id"] for row in sorted(rows, key=lambda row: (row["created_at"], row["_id"]), reverse=True)]

        order = [("created_at", -1), ("_id", -1)]
        pages: list[dict[str, Any]] = await collection.find({"organization_id": "o"}, sort=order, limit=7)
        while len(pages) < len(rows):
            last = pages[-1]
            pages += await collection.find(
                {"organization_id": "o"},
                either=[
                    {"created_at": Range(lt=last["created_at"])},
                    {"created_at": last["created_at"], "_id": Range(lt=last["_id"])},
                ],
                sort=order,
                limit=7,
            )
        assert ids(pages) == expected

    async def test_instants_are_ordered_to_the_millisecond(self, collection: Collection) -> None:
        dice = random.Random(4)
        instants = [
            AT + timedelta(milliseconds=dice.choice([0, 1, 10, 100, 880, 1000, 999_880, 86_400_000]) * n)
            for n in range(40)
        ]
        await fill(collection, *({"_id": str(n), "seen_at": instant} for n, instant in enumerate(instants)))
        found = await collection.find({"revision": 0}, sort=[("seen_at", 1)])
        assert [document["seen_at"] for document in found] == sorted(instants)
        middle = sorted(instants)[20]
        below = await collection.find({"seen_at": Range(lt=middle)})
        assert len(below) == sum(instant < middle for instant in instants)

    async def test_more_than_a_batch_and_more_than_a_message(self, collection: Collection) -> None:
        for n in range(20):
            await fill(collection, {"_id": f"{n:02}", "text": "x" * 1_000_000})
        found = await collection.find({"revision": 0}, sort=[("_id", 1)])
        assert ids(found) == [f"{n:02}" for n in range(20)]

    async def test_an_index_changes_no_answer(self, numbers: Collection) -> None:
        where: dict[str, object] = {"organization_id": ORGANIZATIONS[1], "created_at": Range(gte=AT)}
        before = await numbers.find(where, sort=[("created_at", -1)])
        await numbers.ensure_index(("organization_id", 1), ("created_at", -1))
        await numbers.ensure_index(("created_at", 1))
        await numbers.ensure_index(("created_at", 1))
        assert await numbers.find(where, sort=[("created_at", -1)]) == before

    async def test_delete(self, numbers: Collection) -> None:
        assert (
            await numbers.delete({"is_active": True, "created_at": Range(gte=AT.replace(second=58, microsecond=0))})
            == 3
        )
        assert ids(await numbers.find({"revision": 0}, sort=[("_id", 1)])) == ["d0", "d1", "d2", "d3", "d4", "d6", "d8"]


class TestReplace:
    async def test_raises_the_revision(self, collection: Collection) -> None:
        document: dict[str, Any] = {"_id": "a", "revision": 0, "n": 0}
        await collection.insert(document)
        document["n"] = 1
        assert await collection.replace(document)
        assert document == {"_id": "a", "revision": 1, "n": 1} == await collection.get("a")

    async def test_of_an_older_revision_does_nothing(self, collection: Collection) -> None:
        await collection.insert({"_id": "a", "revision": 3, "n": 0})
        stale = {"_id": "a", "revision": 2, "n": 1}
        assert not await collection.replace(stale)
        assert stale["revision"] == 2
        assert await collection.get("a") == {"_id": "a", "revision": 3, "n": 0}

    async def test_of_what_is_gone_makes_nothing(self, collection: Collection) -> None:
        assert not await collection.replace({"_id": "a", "revision": 0})
        assert await collection.get("a") is None

    async def test_with_equal_content_counts(self, collection: Collection) -> None:
        await collection.insert({"_id": "a", "revision": 0})
        assert await collection.replace({"_id": "a", "revision": 0})
        assert not await collection.replace({"_id": "a", "revision": 0})

    async def test_one_of_many_writers_wins(self, collection: Collection) -> None:
        await collection.insert({"_id": "a", "revision": 5, "writer": None})
        won = await asyncio.gather(
            *(collection.replace({"_id": "a", "revision": 5, "writer": number}) for number in range(20))
        )
        assert won.count(True) == 1
        assert await collection.get("a") == {"_id": "a", "revision": 6, "writer": won.index(True)}

    async def test_several_at_once(self, collection: Collection) -> None:
        rows: list[dict[str, Any]] = [{"_id": f"{n:03}", "revision": 1, "n": n} for n in range(150)]
        await collection.insert_missing(rows)
        assert await collection.replace_all([]) == []
        wanted = [row | {"n": row["n"] + 1000} for row in rows]
        assert await collection.replace_all(wanted) == wanted
        assert {row["revision"] for row in wanted} == {2}
        found = await collection.find({"n": Range(gte=0)}, sort=[("n", 1)])
        assert [(row["n"], row["revision"]) for row in found] == [(1000 + n, 2) for n in range(150)]

    async def test_several_at_once_says_which_were_somebody_elses(self, collection: Collection) -> None:
        rows: list[dict[str, Any]]
        rows = [{"_id": name, "revision": 1, "by": "", "seen_at": AT, "tags": ["a"]} for name in "abcd"]
        await collection.insert_missing(rows)
        assert await collection.replace(rows[1] | {"by": "other"})
        wanted = [row | {"by": "me", "tags": ("b", "c")} for row in [*rows, rows[0] | {"_id": "gone"}]]
        done = await collection.replace_all(wanted)
        assert [(row["_id"], row["revision"]) for row in done] == [("a", 2), ("c", 2), ("d", 2)]
        assert [row["revision"] for row in wanted] == [2, 1, 2, 2, 1]
        assert await collection.replace_all([wanted[1]]) == []
        kept = {row["_id"]: row["by"] for row in await collection.find({"by": In("", "me", "other")})}
        assert kept == {"a": "me", "b": "other", "c": "me", "d": "me"}

    async def test_no_change_of_many_writers_is_lost(self, collection: Collection) -> None:
        await collection.insert({"_id": "a", "revision": 0, "seen": []})

        async def add(number: int) -> None:
            while True:
                document = await collection.get("a")
                assert document is not None
                document["seen"].append(number)
                if await collection.replace(document):
                    return

        await asyncio.gather(*(add(number) for number in range(12)))
        document = await collection.get("a") or {}
        assert sorted(document["seen"]) == list(range(12))
        assert document["revision"] == 12


async def test_expired_documents_go(engine_uri: str) -> None:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(engine_uri)
    documents = Documents(client, "rushes_test", expiry_seconds=0.1)
    collection = documents.collection(f"things_{new_id().replace('-', '')}")
    await collection.ensure_expiry("expires_at")
    await collection.ensure_expiry("expires_at")
    await fill(
        collection,
        {"_id": "past", "expires_at": now() - timedelta(seconds=1)},
        {"_id": "soon", "expires_at": now() + timedelta(milliseconds=300)},
        {"_id": "later", "expires_at": now() + timedelta(hours=1)},
        {"_id": "never", "expires_at": datetime(9999, 1, 1, tzinfo=UTC)},
        {"_id": "unsaid", "expires_at": None},
    )
    left: list[str] = []
    for _ in range(300):
        left = ids(await collection.find({"revision": 0}, sort=[("_id", 1)]))
        if len(left) == 3:
            break
        await asyncio.sleep(0.1)
    assert left == ["later", "never", "unsaid"]
    # The embedded engine's own expiry looks through the whole collection at every read of it.
    indexes = await client["rushes_test"][collection.name].index_information()
    assert not [name for name, index in indexes.items() if "expireAfterSeconds" in index]
    await documents.close()


class TestTrouble:
    @pytest.fixture
    async def killable(self, killable_engine: Any) -> AsyncIterator[Documents]:
        documents = Documents.connect(killable_engine.uri, "rushes_test", patience_seconds=0.5)
        yield documents
        await documents.close()

    async def test_what_was_acknowledged_survives_a_kill(self, killable_engine: Any, killable: Documents) -> None:
        collection = killable.collection("things")
        await collection.ensure_index(("digest", 1), unique=True)
        acknowledged: list[str] = []

        async def write(writer: int) -> None:
            for n in range(1_000_000):
                document: dict[str, Any] = {"_id": f"{writer}-{n}", "revision": 0, "digest": f"{writer}-{n}"}
                await collection.insert(document)
                await collection.replace(document)
                acknowledged.append(document["_id"])
                if len(acknowledged) == 60:
                    killable_engine.kill()

        writers = await asyncio.gather(*(write(writer) for writer in range(4)), return_exceptions=True)
        assert [type(error) for error in writers] == [StoreUnavailable] * 4
        killable_engine.start()

        found = await collection.find({"revision": 1})
        assert set(acknowledged) <= set(ids(found))
        with pytest.raises(DuplicateId):
            await collection.insert({"_id": "new", "revision": 0, "digest": acknowledged[0]})

    async def test_is_a_transient_failure_in_every_verb(self, killable_engine: Any, killable: Documents) -> None:
        collection = killable.collection("things")
        await collection.insert({"_id": "a", "revision": 0})
        killable_engine.kill()
        results = await asyncio.gather(
            killable.ping(),
            collection.get("a"),
            collection.find_one({"_id": "a"}),
            collection.find({"revision": 0}),
            collection.insert({"_id": "b", "revision": 0}),
            collection.insert_missing([{"_id": "b", "revision": 0}]),
            collection.replace({"_id": "a", "revision": 0}),
            collection.replace_all([{"_id": "a", "revision": 0}, {"_id": "b", "revision": 0}]),
            collection.delete({"_id": "a"}),
            collection.ensure_index(("n", 1)),
            collection.ensure_expiry("expires_at"),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [StoreUnavailable] * 11
        assert issubclass(StoreUnavailable, TransientFailure)
        killable_engine.start()
        assert await collection.get("a") == {"_id": "a", "revision": 0}
