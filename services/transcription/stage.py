"""The stage transcription: reads the prepared sound track, writes what is said and when."""

from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from services.transcription.settings import ModelChoice, Settings
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp
from shared.models import model_path


class TranscriptionParameters(BaseModel):
    """How the track is heard.

    Attributes:
        model: Which Whisper.
        language: ISO 639-1 code; found out when null.
        beam_size: How many readings are followed at once; 1 is enough on every clip measured.
    """

    model_config = ConfigDict(frozen=True)

    model: ModelChoice = "base"
    language: str | None = None
    beam_size: int = Field(default=1, ge=1, le=10)


def run(inputs: Inputs, parameters: TranscriptionParameters, say: Progress) -> TranscriptionReport:
    """Write down what is said; a video without sound, or in which nobody speaks, has no sentences."""
    # numpy, PyAV and Whisper are loaded in pool processes only.
    from services.transcription.core.sentences import to_segments, to_sentences  # noqa: PLC0415
    from services.transcription.listening import listen  # noqa: PLC0415
    from services.transcription.recogniser import SAMPLE_RATE_HERTZ, load  # noqa: PLC0415
    from shared.media import audio_blocks  # noqa: PLC0415

    prepared = inputs.report("ingest", IngestReport)
    if prepared.audio is None:
        return TranscriptionReport(language=None, language_probability=None, sentences=())
    model = load(model_path(_model_name(parameters.model), inputs.models_dir), inputs.threads)
    blocks = audio_blocks(inputs.file("ingest", prepared.audio), rate_hertz=SAMPLE_RATE_HERTZ)
    listened = listen(
        model,
        (block.samples for block in blocks),
        duration_seconds=prepared.duration_seconds,
        language=parameters.language,
        beam_size=parameters.beam_size,
        say=say,
    )
    sentences = to_sentences(listened.words)
    return TranscriptionReport(
        language=listened.language,
        language_probability=listened.language_probability,
        sentences=sentences,
        segments=to_segments(sentences),
    )


def warm(choice: ModelChoice, start: WarmUp) -> None:
    """Load the models, fetching them at the first start."""
    from services.transcription import listening  # noqa: F401, PLC0415
    from services.transcription.recogniser import load, load_speech_finder  # noqa: PLC0415
    from shared.media import audio_blocks  # noqa: F401, PLC0415

    load(model_path(_model_name(choice), start.models_dir), start.threads)
    load_speech_finder()


def _model_name(choice: ModelChoice) -> str:
    return f"whisper-{choice}"


def make_stage(settings: Settings) -> Stage[TranscriptionParameters, TranscriptionReport]:
    """The stage as the runner wants it."""
    choice = settings.transcription_model
    return Stage(
        name="transcription",
        version=3,
        reads=("ingest/audio.*",),
        writes=TranscriptionReport,
        parameters=TranscriptionParameters(model=choice, language=settings.transcription_language),
        run=run,
        models=(_model_name(choice),),
        warm=partial(warm, choice),
    )
