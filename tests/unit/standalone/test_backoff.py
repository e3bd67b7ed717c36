from itertools import accumulate

from deploy.standalone.backoff import next_delay


def test_quick_deaths_wait_twice_as_long_each_time_up_to_ten_seconds() -> None:
    delays = list(accumulate(range(8), lambda delay, _: next_delay(delay, 1.0), initial=next_delay(None, 0.0)))
    assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0]


def test_a_healthy_life_starts_the_story_anew() -> None:
    assert next_delay(6.4, 10.0) == 0.2
    assert next_delay(6.4, 9.9) == 10.0
