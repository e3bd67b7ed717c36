import pytest

from services.scoring.core.contacts import coverage_of_people, engagement, momentum, recency
from services.scoring.core.evidence import factor


def scored(factor_id, parts):
    made = factor(factor_id, parts)
    return made.score, made.completion


def test_engagement_counts_days_and_not_contacts(making):
    calls = [making.activity(day) for day in (1, 3, 5, 29)]
    assert scored("engagement", engagement(making.snapshot(*calls))) == (50, 100)
    # The recording of a call that was noted too, a note, and what was before or comes after the 30 days: no more days.
    more = [making.conversation(1), making.activity(2, "note"), making.activity(31), making.activity(-1)]
    assert scored("engagement", engagement(making.snapshot(*calls, *more))) == (50, 100)


@pytest.mark.parametrize(("days", "score"), [(1, 12), (4, 50), (8, 100), (20, 100)])
def test_engagement_is_full_at_eight_days(making, days, score):
    snapshot = making.snapshot(*(making.activity(day) for day in range(days)))
    assert scored("engagement", engagement(snapshot)) == (score, 100)


def test_of_a_young_deal_less_is_known(making):
    assert scored("engagement", engagement(making.snapshot(making.activity(1), days_old=15))) == (12, 50)
    assert scored("momentum", momentum(making.snapshot(making.activity(1), days_old=7))) == (75, 25)
    # As soon as there is much contact, there is nothing to wait for.
    busy = [making.activity(day / 2) for day in range(16)]
    assert scored("engagement", engagement(making.snapshot(*busy, days_old=8))) == (100, 100)


@pytest.mark.parametrize(("days_ago", "score"), [(0, 100), (14, 50), (28, 25), (140, 0)])
def test_recency_halves_in_two_weeks(making, days_ago, score):
    snapshot = making.snapshot(making.activity(days_ago), making.activity(days_ago + 40))
    assert scored("recency", recency(snapshot)) == (score, 100)


def test_recency_names_the_last_contact(making):
    parts = recency(
        making.snapshot(making.activity(5, title="Demo"), making.conversation(3), making.activity(1, "note"))
    )
    assert parts[0].reason == 'The last contact was 3 days ago: the recording "Acme call" on 2026-11-17.'
    parts = recency(making.snapshot(making.activity(0.2, "email")))
    assert parts[0].reason == "The last contact was today: email on 2026-11-20."


@pytest.mark.parametrize(
    ("days", "score"),
    [((1, 2, 3), 88), ((1, 20), 50), ((20, 21, 22), 12), ((1, 2, 20), 62), ((40,), 0)],
    ids=["rising", "steady", "falling", "a little more", "standing still"],
)
def test_momentum_compares_two_weeks_with_the_two_before(making, days, score):
    snapshot = making.snapshot(*(making.activity(day) for day in days))
    assert scored("momentum", momentum(snapshot)) == (score, 100)


@pytest.mark.parametrize("parts_of", [engagement, recency, momentum])
def test_without_a_contact_nothing_is_known(making, parts_of):
    snapshot = making.snapshot(making.activity(1, "note"), making.activity(-1))
    assert scored("recency", parts_of(snapshot)) == (50, 0)


def test_coverage_counts_the_team_and_looks_for_who_decides(making):
    ann, bob = (making.activity(day, actor_id=actor) for day, actor in ((1, "ann"), (2, "bob")))
    assert scored("coverage_of_people", coverage_of_people(making.snapshot())) == (50, 0)
    assert scored("coverage_of_people", coverage_of_people(making.snapshot(ann))) == (50, 50)
    assert scored("coverage_of_people", coverage_of_people(making.snapshot(ann, bob))) == (100, 50)
    heard = making.conversation(2, ("decision_maker", "Our CFO signs."))
    parts = coverage_of_people(making.snapshot(ann, bob, heard))
    assert scored("coverage_of_people", parts) == (100, 100)
    assert '"Our CFO signs."' in parts[1].reason
    assert scored("coverage_of_people", coverage_of_people(making.snapshot(making.conversation(2)))) == (25, 50)
