from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.deal_snapshot import ActivityFacts, ConversationFacts, DealFacts, DealSnapshot, HeardEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Making:
    """Makes snapshots of a deal that was made a hundred days before the noon at which it is scored."""

    noon = NOON

    def activity(self, days_ago, activity_type="call", **fields):
        occurred_at = NOON - timedelta(days=days_ago)
        return ActivityFacts(id=f"{activity_type}{days_ago}", type=activity_type, occurred_at=occurred_at, **fields)

    def conversation(self, days_ago, *events, title="Acme call", is_analyzed=True):
        """One with events as `(type, words)`, a minute apart, the first at 0:00."""
        return ConversationFacts(
            video_id=f"video{days_ago}",
            title=title,
            arrived_at=NOON - timedelta(days=days_ago),
            analysis_id=f"analysis{days_ago}" if is_analyzed else None,
            events=tuple(
                HeardEvent(
                    id=f"event{minute}",
                    type=event[0],
                    title=event[2] if len(event) > 2 else event[0].capitalize(),
                    description=event[1],
                    start_seconds=60.0 * minute,
                    end_seconds=60.0 * minute + 5,
                )
                for minute, event in enumerate(events)
            ),
        )

    def snapshot(self, *facts, days_old=100, **fields):
        deal = DealFacts(id="deal", title="Acme", created_at=NOON - timedelta(days=days_old), **fields)
        return DealSnapshot(
            taken_at=NOON,
            deal=deal,
            activities=tuple(one for one in facts if isinstance(one, ActivityFacts)),
            conversations=tuple(one for one in facts if isinstance(one, ConversationFacts)),
        )


@pytest.fixture
def making():
    return Making()
