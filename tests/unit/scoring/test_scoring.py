from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.core.evidence import Part, factor, missing
from services.scoring.core.probability import WEIGHTS, probability
from services.scoring.core.scoring import FACTORS, score
from services.scoring.settings import Settings
from services.scoring.stage import make_stage, run
from shared.contracts.deal_snapshot import ActivityFacts, ConversationFacts, DealFacts, DealSnapshot, HeardEvent
from shared.contracts.failures import FailureCode, PermanentFailure
from shared.contracts.reports.scoring import FactorId, ScoredFactor
from shared.testkit.stages import place_inputs

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds
TEXTS = st.text(max_size=300)
EVENTS = st.builds(
    HeardEvent,
    id=TEXTS,
    type=st.sampled_from(["objection", "competitor", "pricing", "next_step", "commitment", "sentiment_shift", "other"]),
    title=TEXTS,
    description=TEXTS,
    start_seconds=st.floats(0, 1e6),
    end_seconds=st.floats(0, 1e6),
)
SNAPSHOTS = st.builds(
    DealSnapshot,
    taken_at=INSTANTS,
    deal=st.builds(
        DealFacts,
        id=TEXTS,
        title=TEXTS,
        created_at=INSTANTS,
        owner_id=st.none() | TEXTS,
        forecast_amount=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        close_at=st.none() | INSTANTS,
    ),
    activities=st.lists(
        st.builds(
            ActivityFacts,
            id=TEXTS,
            type=st.text(min_size=1, max_size=64),
            title=st.none() | TEXTS,
            body=st.none() | TEXTS,
            actor_id=st.none() | TEXTS,
            occurred_at=INSTANTS,
        ),
        max_size=4,
    ).map(tuple),
    conversations=st.lists(
        st.builds(
            ConversationFacts,
            video_id=TEXTS,
            title=TEXTS,
            arrived_at=INSTANTS,
            analysis_id=st.none() | TEXTS,
            events=st.lists(EVENTS, max_size=4).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)


def every(score, completion=100):
    return [ScoredFactor(factor_id=one, score=score, completion=completion, reason="") for one in WEIGHTS]


def test_the_factors_and_their_weights_are_the_closed_list():
    assert tuple(FACTORS) == tuple(WEIGHTS) == get_args(FactorId)


def test_a_factor_is_the_mean_of_what_is_at_hand():
    parts = (Part(0.5, 1, 80, "One."), Part(0.25, 0.5, 20, "Half."), missing(0.25, "Nothing."))
    made = factor("recency", parts)
    assert (made.score, made.completion) == (round((0.5 * 80 + 0.125 * 20) / 0.625), 62)
    assert made.reason == "One. Half. Nothing."


@pytest.mark.parametrize(
    ("factors", "percent"),
    [(every(50), 30), (every(100, 0), 30), (every(100), 95), (every(0), 1), (every(100, 50), 74), ([], 30)],
)
def test_the_probability_is_bounded_by_what_is_known(factors, percent):
    assert probability(factors) == percent


def test_a_factor_counts_as_its_weight_says():
    # 0.70 more in log-odds: odds of 0.4274 become odds of 0.8607.
    agreed = ScoredFactor(factor_id="next_step_agreed", score=100, completion=100, reason="")
    assert probability([agreed]) == 46


def test_a_bare_deal_is_scored_with_nothing_known(making):
    report = score(making.snapshot())
    *unknown, hygiene = report.factors
    assert {(one.score, one.completion) for one in unknown} == {(50, 0)}
    assert (hygiene.score, hygiene.completion) == (0, 100)
    assert report.probability == 24
    assert all(one.reason for one in report.factors)


def test_a_lively_deal_is_likelier_than_a_sleepy_one(making):
    agreed = (("pricing", "What does it cost?"), ("next_step", "Let us meet."), ("decision_maker", "Our CFO signs."))
    facts = {"owner_id": "ann", "forecast_amount": 10}
    calls = [making.activity(day, actor_id=f"member {day % 2}") for day in range(1, 15)]
    lively = making.snapshot(*calls, making.conversation(1, *agreed), close_at=making.noon + timedelta(30), **facts)
    sleepy = making.snapshot(
        making.activity(80), making.conversation(80, ("objection", "No.")), close_at=making.noon - timedelta(9), **facts
    )
    assert score(lively).probability > 80
    assert score(sleepy).probability < 10


@settings(max_examples=150, deadline=None)
@given(SNAPSHOTS)
def test_any_deal_is_scored_within_bounds_and_alike_every_time(snapshot):
    report = score(snapshot)
    assert [one.factor_id for one in report.factors] == list(FACTORS)
    assert all(one.completion > 0 or one.score == 50 for one in report.factors)
    assert score(DealSnapshot.model_validate_json(snapshot.model_dump_json())) == report


def test_the_stage_reads_the_snapshot(making, tmp_path):
    source = tmp_path / "snapshot.json"
    source.write_text(making.snapshot(making.activity(1)).model_dump_json())
    stage = make_stage(Settings())
    said = []
    report = run(place_inputs(tmp_path / "task", source=source), stage.parameters, said.append)
    assert report == score(making.snapshot(making.activity(1)))
    assert said == [0.5]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"deal": {}}'])
def test_a_source_that_is_no_snapshot_fails_for_good(tmp_path, content):
    source = tmp_path / "snapshot.json"
    source.write_text(content)
    with pytest.raises(PermanentFailure) as failed:
        run(place_inputs(tmp_path / "task", source=source), make_stage(Settings()).parameters, lambda _: None)
    assert failed.value.code == FailureCode.SCORING_FAILED
