"""What is heard in a video besides words: rhythm, music, loudness, and a fingerprint."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Band = Literal["bass", "mid", "treble"]


class Beat(BaseModel):
    """One beat: its instant, how sure it is (0 to 1), and the band in which it is strongest."""

    model_config = ConfigDict(frozen=True)

    time_seconds: float
    confidence: float
    band: Band


class Span(BaseModel):
    """A stretch of time."""

    model_config = ConfigDict(frozen=True)

    start_seconds: float
    end_seconds: float


class Rhythm(BaseModel):
    """How fast the music goes.

    Attributes:
        tempo_bpm: Beats per minute; null when there is no music or no pulse in it.
        confidence: 0 to 1; null with the tempo.
    """

    model_config = ConfigDict(frozen=True)

    tempo_bpm: float | None
    confidence: float | None
    beats: tuple[Beat, ...]


class Tag(BaseModel):
    """A word for the music and how strongly it holds, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    name: str
    score: float


class Music(BaseModel):
    """What kind of music there is.

    Attributes:
        genre: A word of an open set (`pop`, `hip-hop`, `ambient` …); null when there is no music or none is sure.
        tags: The strongest tags, strongest first; none without music.
    """

    model_config = ConfigDict(frozen=True)

    is_music: bool
    genre: str | None
    tags: tuple[Tag, ...]


class Loudness(BaseModel):
    """Loudness by EBU R128; integrated loudness and peak are null for digital silence.

    Attributes:
        integrated_lufs: Gated loudness of the whole, as the original with all its channels has it.
        range_lu: Loudness range (EBU Tech 3342) of the mixture to mono; 0 when shorter than 3 s.
        true_peak_dbtp: The highest peak of the mixture between samples too, or the highest sample of any channel.
    """

    model_config = ConfigDict(frozen=True)

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None


class AudioStyle(BaseModel):
    """How the sound was treated, on the studio face's scales; formulas in docs/analysis/audio_analysis.md.

    Attributes:
        normalization_level: 0 for silence to 1 for -14 LUFS and more with peaks at -1 dBTP and more.
        compression_ratio: n to 1, from 1 (none) to 20: estimated from how near loud moments are to middle ones.
        bass_boost: 0 for no more energy in an octave below 150 Hz than above, to 100 for 12 dB more.
        enhance_speech: Whether consonants are lifted, or music is lowered under speech.
        dynamic_range_db: From the quiet moments (10th percentile) to the loud ones (95th), silence left out.
    """

    model_config = ConfigDict(frozen=True)

    normalization_level: float
    compression_ratio: float
    bass_boost: float
    enhance_speech: bool
    dynamic_range_db: float


class AudioAnalysisReport(BaseModel):
    """Everything of the sound; a video without any has empty spans and null values.

    Attributes:
        speech, music: Spans, in order, not touching each other; the two kinds may overlap. Singing is music, and
            may be speech too.
        fingerprint: The name of a file of the artifact with the chromaprint, a little-endian uint32 for each 0.124 s;
            null for less than 3 s and for silence.
    """

    model_config = ConfigDict(frozen=True)

    duration_seconds: float
    has_audio: bool
    rhythm: Rhythm
    music_kind: Music
    loudness: Loudness
    style: AudioStyle
    speech: tuple[Span, ...]
    music: tuple[Span, ...]
    fingerprint: str | None
