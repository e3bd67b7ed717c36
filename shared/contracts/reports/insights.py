"""What an analysis says of a video; the shapes are those of the platform face."""

from pydantic import BaseModel, ConfigDict


class Evidence(BaseModel):
    """Where in the video a sentence was said."""

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float


class Section(BaseModel):
    """One section of the summary; `evidence` holds the times of its sentences, in their order."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    content: str
    evidence: tuple[Evidence, ...]


class InsightEvent(BaseModel):
    """Something notable that happens between two instants of the video."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    title: str
    description: str
    start_seconds: float
    end_seconds: float


class InsightsReport(BaseModel):
    """Events are ordered by `start_seconds`, then `id`."""

    model_config = ConfigDict(frozen=True)

    sections: tuple[Section, ...]
    events: tuple[InsightEvent, ...]
