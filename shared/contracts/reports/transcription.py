"""What is said in a video."""

from pydantic import BaseModel, ConfigDict

from shared.contracts.segments import Segment


class Word(BaseModel):
    """One word with its bounds in seconds (milliseconds kept) and the model's probability."""

    model_config = ConfigDict(frozen=True)

    text: str
    start_seconds: float
    end_seconds: float
    probability: float


class Sentence(BaseModel):
    """One sentence; `confidence` is the mean probability of its words."""

    model_config = ConfigDict(frozen=True)

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    speaker: str | None = None
    words: tuple[Word, ...]


class TranscriptionReport(BaseModel):
    """The sentences in order; none when nothing is said or there is no audio.

    Attributes:
        language: ISO 639-1 code, null when nothing is said.
        language_probability: 0 to 1; null with the language, and where the language was given and not found out.
        segments: Of the module transcription: a row for each sentence, times with one decimal.
    """

    model_config = ConfigDict(frozen=True)

    language: str | None
    language_probability: float | None
    sentences: tuple[Sentence, ...]
    segments: tuple[Segment, ...] = ()
