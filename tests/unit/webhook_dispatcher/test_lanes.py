import pytest

from services.webhook_dispatcher.core.lanes import Lanes


def row(endpoint: str, number: int = 1) -> dict[str, str]:
    return {"_id": f"{endpoint}{number}", "endpoint_id": endpoint}


def taken(lanes: Lanes, count: int = 100) -> list[str]:
    return [delivery["_id"] for _ in range(count) if (delivery := lanes.take())]


def test_endpoints_take_turns() -> None:
    lanes = Lanes(overall=100, for_each=100)
    for number in range(3):
        lanes.add(row("a", number))
    lanes.add(row("b"))
    lanes.add(row("c"))

    assert taken(lanes) == ["a0", "b1", "c1", "a1", "a2"]


def test_one_endpoint_never_fills_all_places() -> None:
    lanes = Lanes(overall=3, for_each=2)
    for number in range(5):
        lanes.add(row("slow", number))
    lanes.add(row("fast"))

    assert taken(lanes) == ["slow0", "fast1", "slow1"]
    lanes.sent(row("fast"), succeeded=True)
    assert taken(lanes) == []
    lanes.sent(row("slow", 0), succeeded=True)
    assert taken(lanes) == ["slow2"]


def test_a_failing_endpoint_is_tried_one_at_a_time_until_it_succeeds() -> None:
    lanes = Lanes(overall=100, for_each=4)
    for number in range(10):
        lanes.add(row("a", number))
    assert len(taken(lanes)) == 4
    for number in range(4):
        lanes.sent(row("a", number), succeeded=False)

    assert taken(lanes) == ["a4"]
    lanes.sent(row("a", 4), succeeded=True)
    assert len(taken(lanes)) == 4


def test_what_was_not_attempted_says_nothing_about_the_endpoint() -> None:
    lanes = Lanes(overall=100, for_each=2)
    for number in range(4):
        lanes.add(row("a", number))
    taken(lanes)
    lanes.sent(row("a", 0), succeeded=None)

    assert taken(lanes) == ["a2"]


def test_it_knows_what_it_holds() -> None:
    lanes = Lanes(overall=1, for_each=1)
    lanes.add(row("a", 1))
    lanes.add(row("a", 2))
    running = lanes.take()

    assert running is not None
    assert "a1" in lanes
    assert "a2" in lanes
    assert len(lanes) == 2
    assert lanes.waiting("a") == 1
    assert [delivery["_id"] for delivery in lanes.empty()] == ["a2"]
    assert "a2" not in lanes
    lanes.sent(running, succeeded=True)
    assert "a1" in lanes
    lanes.done(running)
    assert len(lanes) == 0
    assert lanes.take() is None


def test_letting_go_of_a_delivery_gives_its_place_back_once() -> None:
    lanes = Lanes(overall=1, for_each=1)
    lanes.add(row("a", 1))
    lanes.add(row("a", 2))
    assert taken(lanes) == ["a1"]
    lanes.done(row("a", 1))
    lanes.done(row("a", 1))

    assert taken(lanes) == ["a2"]
    assert lanes.running == 1


def test_a_failure_is_remembered_while_nothing_waits() -> None:
    lanes = Lanes(overall=10, for_each=3)
    lanes.add(row("a"))
    taken(lanes)
    lanes.sent(row("a"), succeeded=False)
    for number in range(3):
        lanes.add(row("a", number))

    assert taken(lanes) == ["a0"]


def test_only_the_latest_failures_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.webhook_dispatcher.core.lanes.REMEMBERED_FAILING", 2)
    lanes = Lanes(overall=10, for_each=3)
    for endpoint in "abc":
        lanes.add(row(endpoint))
        taken(lanes)
        lanes.sent(row(endpoint), succeeded=False)

    assert set(lanes._lanes) == {"b", "c"}
