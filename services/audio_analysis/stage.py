"""The stage audio_analysis: reads the prepared sound track, writes what is heard besides words."""

from pydantic import BaseModel, ConfigDict

from services.audio_analysis.settings import Settings
from shared.contracts.reports.audio_analysis import AudioAnalysisReport, AudioStyle, Loudness, Music, Rhythm
from shared.contracts.reports.ingest import AudioStream, IngestReport
from shared.kit.stage import Inputs, Progress, Stage, WarmUp
from shared.models import model_path

MUSIC_MODEL = "musicnn"
FINGERPRINT = "fingerprint.bin"
HEARING_SHARE = 0.8
"""Of the work; the rest is the fingerprint, the beats and the kind of music."""


class AudioAnalysisParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: AudioAnalysisParameters, say: Progress) -> AudioAnalysisReport:
    """Measure loudness, rhythm, speech and music; a video without sound has nothing of them."""
    # numpy, scipy, PyAV and the voice detector are loaded in pool processes only.
    from services.audio_analysis import musicnn  # noqa: PLC0415
    from services.audio_analysis.core import dynamics, style  # noqa: PLC0415
    from services.audio_analysis.core.rhythm import find_rhythm  # noqa: PLC0415
    from services.audio_analysis.hearing import hear  # noqa: PLC0415
    from services.audio_analysis.kind import kind_of_music  # noqa: PLC0415
    from shared.media.fingerprint import write_fingerprint  # noqa: PLC0415

    prepared = inputs.report("ingest", IngestReport)
    if prepared.audio is None:
        return silent(prepared.duration_seconds)
    track = inputs.file("ingest", prepared.audio)
    # BS.1770 adds the powers of all channels; what their mixture to mono lost is given back.
    loss_db = (prepared.audio_stream.downmix_loss_db if prepared.audio_stream else None) or 0.0
    heard = hear(
        track,
        gain_db=loss_db,
        duration_seconds=prepared.duration_seconds,
        say=lambda fraction: say(fraction * HEARING_SHARE),
    )
    measured, moments = heard.loudness.measured(), heard.loudness.momentary()
    peak = original_peak_dbfs(measured.true_peak_dbtp, prepared.audio_stream)
    is_silent = measured.integrated_lufs is None
    has_fingerprint = not is_silent and write_fingerprint(track, inputs.output(FINGERPRINT)).size > 0
    if not has_fingerprint:
        inputs.output(FINGERPRINT).unlink(missing_ok=True)
    music = [(span.start_seconds, span.end_seconds) for span in heard.music]
    speech = [(span.start_seconds, span.end_seconds) for span in heard.speech]
    rhythm = find_rhythm(heard.onsets, music)
    networks = musicnn.load(model_path(MUSIC_MODEL, inputs.models_dir), inputs.threads)
    kind = kind_of_music(track, music, networks)
    steps = heard.texture.continuity.size
    enhances = style.enhances_speech(
        heard.texture.energy, heard.texture.level_db, style.flags_of(speech, steps), style.flags_of(music, steps)
    )
    say(1.0)
    return AudioAnalysisReport(
        duration_seconds=prepared.duration_seconds,
        has_audio=True,
        rhythm=rhythm,
        music_kind=kind,
        loudness=Loudness(
            integrated_lufs=_rounded(measured.integrated_lufs),
            range_lu=round(measured.range_lu, 2),
            true_peak_dbtp=_rounded(peak),
        ),
        style=AudioStyle(
            normalization_level=round(style.normalization_level(measured.integrated_lufs, peak), 3),
            compression_ratio=round(dynamics.compression_ratio(moments), 2),
            bass_boost=round(style.bass_boost(heard.texture.energy), 1),
            enhance_speech=enhances,
            dynamic_range_db=round(dynamics.dynamic_range_db(moments), 2),
        ),
        speech=heard.speech,
        music=heard.music,
        fingerprint=FINGERPRINT if has_fingerprint else None,
    )


def silent(duration_seconds: float) -> AudioAnalysisReport:
    """The report of a video without sound."""
    return AudioAnalysisReport(
        duration_seconds=duration_seconds,
        has_audio=False,
        rhythm=Rhythm(tempo_bpm=None, confidence=None, beats=()),
        music_kind=Music(is_music=False, genre=None, tags=()),
        loudness=Loudness(integrated_lufs=None, range_lu=0.0, true_peak_dbtp=None),
        style=AudioStyle(
            normalization_level=0.0, compression_ratio=1.0, bass_boost=0.0, enhance_speech=False, dynamic_range_db=0.0
        ),
        speech=(),
        music=(),
        fingerprint=None,
    )


def original_peak_dbfs(mono_peak_dbtp: float | None, stream: AudioStream | None) -> float | None:
    """The higher of the track's true peak and the highest sample of any channel: mixing down evens peaks out."""
    peaks = [mono_peak_dbtp, stream.sample_peak_dbfs if stream else None]
    return max((peak for peak in peaks if peak is not None), default=None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def warm(start: WarmUp) -> None:
    """Load what is slow to load, fetching the model at the first start."""
    from services.audio_analysis import hearing, kind, musicnn, voice  # noqa: F401, PLC0415
    from services.audio_analysis.core import dynamics, rhythm, style  # noqa: F401, PLC0415
    from shared.media import fingerprint  # noqa: F401, PLC0415

    voice.load()
    musicnn.load(model_path(MUSIC_MODEL, start.models_dir), start.threads)


def make_stage(_: Settings) -> Stage[AudioAnalysisParameters, AudioAnalysisReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="audio_analysis",
        version=1,
        reads=("ingest/audio.*",),
        writes=AudioAnalysisReport,
        parameters=AudioAnalysisParameters(),
        run=run,
        models=(MUSIC_MODEL,),
        warm=warm,
    )
