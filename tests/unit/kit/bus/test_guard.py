from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import encode
from shared.contracts.events import StageProgressed
from shared.contracts.failures import TransientFailure
from shared.kit.bus.guard import DEAD_LETTERS_IN_A_ROW, LONGEST_PAUSE_SECONDS, Guard, pause_seconds
from shared.kit.bus.messages import Heard, Outgoing

AT = datetime(2026, 1, 31, tzinfo=UTC)


@dataclass
class Row:
    offset: int
    value: bytes | None
    topic: str = "rushes.stages.v1"
    partition: int = 1
    key: bytes | None = b"run"
    headers: Sequence[tuple[str, bytes]] = ()


def good(offset: int) -> Row:
    fact = StageProgressed(run_id=f"run-{offset}", run_kind="analysis", stage="ingest", attempt=1, progress=0.5)
    return Row(offset, encode(fact.enclose(source="ingest", time=AT, correlation_id="run")))


def malformed(offset: int) -> Row:
    return Row(offset, b'{"specversion": "1.0"', headers=[("traceparent", b"\xff")])


def unknown(offset: int) -> Row:
    return Row(offset, good(offset).value.replace(b"stage.progressed.v1", b"stage.pondered.v1"))  # type: ignore[union-attr]


@dataclass
class Listening:
    """A handler that keeps what it hears and fails as told."""

    poisoned: set[str] = field(default_factory=set)
    transient_failures: int = 0
    batches: list[list[str]] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    buried: list[Outgoing] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    burying_fails: int = 0

    async def handle(self, batch: Sequence[Heard]) -> None:
        subjects = [message.envelope.subject for message in batch]
        self.batches.append(subjects)
        if self.transient_failures:
            self.transient_failures -= 1
            raise TransientFailure("store is away")
        if self.poisoned & set(subjects):
            raise ZeroDivisionError("no frames")
        self.handled.extend(subjects)

    async def bury(self, letter: Outgoing) -> None:
        if self.burying_fails:
            self.burying_fails -= 1
            raise TransientFailure("Kafka is away")
        self.buried.append(letter)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def guard(self) -> Guard:
        return Guard(group="gateway", handler=self.handle, bury=self.bury, pause=self.pause)


async def test_a_batch_reaches_the_handler_as_one_with_events_of_their_class() -> None:
    listening = Listening()
    assert await listening.guard().handle([good(1), good(2)]) == 2
    assert listening.batches == [["run-1", "run-2"]]
    assert not listening.buried


async def test_types_that_are_not_known_are_skipped() -> None:
    listening = Listening()
    assert await listening.guard().handle([unknown(1), good(2)]) == 2
    assert listening.batches == [["run-2"]]
    assert not listening.buried


async def test_a_batch_of_nothing_known_does_not_call_the_handler() -> None:
    listening = Listening()
    assert await listening.guard().handle([unknown(1)]) == 1
    assert listening.batches == []


async def test_a_malformed_message_is_buried_with_its_reason_and_place_and_the_others_are_handled() -> None:
    listening = Listening()
    assert await listening.guard().handle([good(1), malformed(2), good(3)]) == 3
    assert listening.handled == ["run-1", "run-3"]
    (letter,) = listening.buried
    assert letter.topic_name == "rushes.dlq.gateway.v1"
    assert letter.key == b"run"
    assert letter.value == malformed(2).value
    assert letter.headers["reason"] == "malformed"
    assert letter.headers["error"].startswith("MalformedMessage: ")
    assert letter.headers["original_topic"] == "rushes.stages.v1"
    assert (letter.headers["original_partition"], letter.headers["original_offset"]) == ("1", "2")


async def test_data_that_does_not_fit_its_type_is_malformed() -> None:
    row = good(1)
    row.value = (row.value or b"").replace(b'"attempt":1', b'"attempt":"first"')
    listening = Listening()
    assert await listening.guard().handle([row]) == 1
    assert listening.buried[0].headers["reason"] == "malformed"


async def test_an_empty_record_is_malformed() -> None:
    listening = Listening()
    assert await listening.guard().handle([Row(1, None)]) == 1
    assert listening.buried[0].value == b""


async def test_a_poisoned_message_is_isolated() -> None:
    listening = Listening(poisoned={"run-2"})
    assert await listening.guard().handle([good(1), good(2), malformed(3), good(4)]) == 4
    assert listening.handled == ["run-1", "run-4"]
    assert [letter.headers["original_offset"] for letter in listening.buried] == ["2", "3"]
    assert listening.buried[0].headers["reason"] == "handler_failed"
    assert listening.buried[0].headers["error"] == "ZeroDivisionError: no frames"


async def test_a_single_poisoned_message_is_not_handled_a_second_time() -> None:
    listening = Listening(poisoned={"run-1"})
    assert await listening.guard().handle([good(1)]) == 1
    assert listening.batches == [["run-1"]]
    assert len(listening.buried) == 1


async def test_a_transient_failure_is_tried_again_with_growing_pauses_until_it_passes() -> None:
    listening = Listening(transient_failures=7)
    assert await listening.guard().handle([good(1), good(2)]) == 2
    assert listening.handled == ["run-1", "run-2"]
    assert listening.batches == [["run-1", "run-2"]] * 8
    assert not listening.buried
    assert len(listening.pauses) == 7
    assert listening.pauses[-1] > listening.pauses[0]


async def test_burying_is_patient_too() -> None:
    listening = Listening(burying_fails=3)
    assert await listening.guard().handle([malformed(1)]) == 1
    assert len(listening.buried) == 1
    assert len(listening.pauses) == 3


async def test_twenty_dead_letters_in_a_row_stop_the_group_at_that_message() -> None:
    listening = Listening()
    guard = listening.guard()
    assert await guard.handle([malformed(offset) for offset in range(30)]) == DEAD_LETTERS_IN_A_ROW
    assert guard.is_stopped
    assert len(listening.buried) == DEAD_LETTERS_IN_A_ROW
    assert await guard.handle([good(99)]) == 0
    assert listening.batches == []


async def test_failing_handlers_count_too_across_batches() -> None:
    listening = Listening(poisoned={f"run-{offset}" for offset in range(30)})
    guard = listening.guard()
    assert await guard.handle([good(offset) for offset in range(12)]) == 12
    assert not guard.is_stopped
    assert await guard.handle([good(offset) for offset in range(12, 30)]) == 8
    assert guard.is_stopped


async def test_a_good_message_between_them_begins_the_row_anew() -> None:
    listening = Listening()
    guard = listening.guard()
    rows = [malformed(offset) for offset in range(19)] + [good(19)] + [malformed(offset) for offset in range(20, 39)]
    assert await guard.handle(rows) == len(rows)
    assert not guard.is_stopped


async def test_what_must_not_be_lost_is_raised_through() -> None:
    class Stop(BaseException): ...

    async def handler(_batch: Sequence[Heard]) -> None:
        raise Stop

    listening = Listening()
    guard = Guard(group="gateway", handler=handler, bury=listening.bury, pause=listening.pause)
    with pytest.raises(Stop):
        await guard.handle([good(1)])
    assert not listening.buried


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_pauses_are_bounded_and_never_nothing(attempt: int, chance: float) -> None:
    assert 0.05 <= pause_seconds(attempt, chance) <= LONGEST_PAUSE_SECONDS
