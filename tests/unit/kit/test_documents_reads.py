import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from shared.kit.documents.reads import MOST_VALUES, SharedReads
from shared.kit.failures import StoreUnavailable


class Questions:
    """A store of documents that answers when it is told to, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.written = 1

    async def many(self, names: Sequence[str]) -> list[dict[str, Any]]:
        self.asked.append(list(names))
        found = [{"_id": name, "list": [], "written": self.written} for name in reversed(names) if name != "missing"]
        await self.gate.wait()
        if self.error:
            raise self.error
        return found


@pytest.fixture
async def questions() -> Questions:
    return Questions()


@pytest.fixture
def reads(questions: Questions) -> SharedReads:
    return SharedReads(questions.many)


async def until_all_wait() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def start(reads: SharedReads, *names: str) -> list[asyncio.Task[dict[str, Any] | None]]:
    return [asyncio.create_task(reads.get(name)) for name in names]


async def test_one_after_another_asks_each_time(reads: SharedReads, questions: Questions) -> None:
    questions.gate.set()
    assert await reads.get("a") == {"_id": "a", "list": [], "written": 1}
    assert await reads.get("missing") is None
    assert questions.asked == [["a"], ["missing"]]


async def test_those_that_come_meanwhile_are_asked_for_together(reads: SharedReads, questions: Questions) -> None:
    tasks = start(reads, "a", "b")
    await until_all_wait()
    tasks += start(reads, "c", "missing", "d", "c")
    await until_all_wait()
    assert questions.asked == [["a"], ["b"]]
    questions.gate.set()
    answers = await asyncio.gather(*tasks)
    assert [answer and answer["_id"] for answer in answers] == ["a", "b", "c", None, "d", "c"]
    assert questions.asked == [["a"], ["b"], ["c", "missing", "d"]]


async def test_nobody_shares_a_document(reads: SharedReads, questions: Questions) -> None:
    questions.gate.set()
    answers = await asyncio.gather(*start(reads, *"aaaa"))
    for answer in answers:
        assert answer is not None
        answer["list"].append(1)
    assert answers == [{"_id": "a", "list": [1], "written": 1}] * 4


async def test_a_question_has_its_size(reads: SharedReads, questions: Questions) -> None:
    names = [str(n) for n in range(3 * MOST_VALUES)]
    tasks = start(reads, *names)
    await until_all_wait()
    questions.gate.set()
    answers = await asyncio.gather(*tasks)
    assert [answer and answer["_id"] for answer in answers] == names
    assert max(map(len, questions.asked)) == MOST_VALUES


async def test_everyone_hears_of_an_error_and_the_next_question_is_a_new_one(
    reads: SharedReads, questions: Questions
) -> None:
    questions.error = ConnectionError("gone")
    questions.gate.set()
    answers = await asyncio.gather(*start(reads, "a", "b", "c", "d"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionError] * 4
    questions.error = None
    assert await reads.get("a") == {"_id": "a", "list": [], "written": 1}


async def test_who_comes_while_the_store_is_away_waits_no_second_time(reads: SharedReads, questions: Questions) -> None:
    questions.error = StoreUnavailable("gone")
    tasks = start(reads, "a", "b")
    await until_all_wait()
    tasks += start(reads, "b", "c")
    await until_all_wait()
    questions.gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 4
    assert questions.asked == [["a"], ["b"]]
    questions.error = None
    assert await reads.get("c") == {"_id": "c", "list": [], "written": 1}


async def test_who_gives_up_disturbs_nobody(reads: SharedReads, questions: Questions) -> None:
    tasks = start(reads, "a", "b", "c", "c", "d")
    await until_all_wait()
    for given_up in (tasks[0], tasks[1], tasks[2]):
        given_up.cancel()
    questions.gate.set()
    answers = await asyncio.gather(*tasks[3:])
    assert [answer and answer["_id"] for answer in answers] == ["c", "d"]
    assert await reads.get("e") == {"_id": "e", "list": [], "written": 1}


async def test_a_read_never_shows_what_was_changed_before_it_was_asked_for(
    reads: SharedReads, questions: Questions
) -> None:
    early = reads.load("a")
    await until_all_wait()
    questions.written = 2
    late = reads.load("a")
    questions.gate.set()
    answers = [await early, await late]
    assert [answer and answer["written"] for answer in answers] == [1, 2]


async def test_what_is_loaded_together_is_one_document(reads: SharedReads, questions: Questions) -> None:
    questions.gate.set()
    first, second = await asyncio.gather(reads.load("a"), reads.load("a"))
    assert first is second
    assert questions.asked == [["a"]]
