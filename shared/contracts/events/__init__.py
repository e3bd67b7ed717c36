"""Every class of event, and the catalogue that finds a class by its type."""

from shared.contracts.events.deliveries import (
    DeliveryAttempted,
    DeliveryExhausted,
    DeliveryFact,
    DeliverySucceeded,
    EndpointDisabled,
    EndpointEnabled,
)
from shared.contracts.events.endpoints import (
    AllowlistChanged,
    DeliveryRequested,
    EndpointDeleted,
    EndpointRegistered,
)
from shared.contracts.events.event import Event
from shared.contracts.events.public import (
    WEBHOOK_EVENTS,
    DealScoringCompleted,
    DealScoringFailed,
    PublicEvent,
    VideoAnalysisCompleted,
    VideoAnalysisFailed,
    VideoReady,
)
from shared.contracts.events.runs import RunCompleted, RunCreated, RunFailed
from shared.contracts.events.stages import (
    StageCompleted,
    StageFact,
    StageFailed,
    StageOffered,
    StageProgressed,
    StageStarted,
)

EVENTS: tuple[type[Event], ...] = (
    StageOffered,
    StageStarted,
    StageProgressed,
    StageCompleted,
    StageFailed,
    RunCreated,
    RunCompleted,
    RunFailed,
    VideoReady,
    VideoAnalysisCompleted,
    VideoAnalysisFailed,
    DealScoringCompleted,
    DealScoringFailed,
    EndpointRegistered,
    EndpointDeleted,
    AllowlistChanged,
    DeliveryRequested,
    DeliveryAttempted,
    DeliverySucceeded,
    DeliveryExhausted,
    EndpointDisabled,
    EndpointEnabled,
)

BY_TYPE: dict[str, type[Event]] = {event.event_type: event for event in EVENTS}

__all__ = [
    "BY_TYPE",
    "EVENTS",
    "WEBHOOK_EVENTS",
    "AllowlistChanged",
    "DealScoringCompleted",
    "DealScoringFailed",
    "DeliveryAttempted",
    "DeliveryExhausted",
    "DeliveryFact",
    "DeliveryRequested",
    "DeliverySucceeded",
    "EndpointDeleted",
    "EndpointDisabled",
    "EndpointEnabled",
    "EndpointRegistered",
    "Event",
    "PublicEvent",
    "RunCompleted",
    "RunCreated",
    "RunFailed",
    "StageCompleted",
    "StageFact",
    "StageFailed",
    "StageOffered",
    "StageProgressed",
    "StageStarted",
    "VideoAnalysisCompleted",
    "VideoAnalysisFailed",
    "VideoReady",
]
