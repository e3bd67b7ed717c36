"""Whisper and Silero VAD through faster-whisper: samples in, spans and words out."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.transcription.core.speech import Span
from services.transcription.core.words import Heard, HeardWord

SAMPLE_RATE_HERTZ = 16_000
LONGEST_SPAN_SECONDS = 25.0
SHORTEST_SPEECH_MILLISECONDS = 200
SHORTEST_SILENCE_MILLISECONDS = 160
SPEECH_PROBABILITY = 0.5
SURE_LANGUAGE_PROBABILITY = 0.8

Samples = NDArray[np.float32]
"""Shape (n,), mono, 16 kHz, -1 to 1."""


@cache
def load(directory: Path, threads: int) -> Any:  # noqa: ANN401  faster-whisper has no types
    """The model, loaded once in each process; a directory is given, so nothing asks the network."""
    from faster_whisper import WhisperModel  # noqa: PLC0415  heavy: only pool processes load it

    return WhisperModel(str(directory), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)


def find_speech(samples: Samples) -> list[Span]:
    """Where somebody speaks, in seconds, in order, without padding."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415  as above

    if not samples.size:
        return []
    options = VadOptions(
        threshold=SPEECH_PROBABILITY,
        min_speech_duration_ms=SHORTEST_SPEECH_MILLISECONDS,
        min_silence_duration_ms=SHORTEST_SILENCE_MILLISECONDS,
        max_speech_duration_s=LONGEST_SPAN_SECONDS,
        speech_pad_ms=0,
    )
    found = get_speech_timestamps(samples, options, sampling_rate=SAMPLE_RATE_HERTZ)
    return [Span(span["start"] / SAMPLE_RATE_HERTZ, span["end"] / SAMPLE_RATE_HERTZ) for span in found]


def detect_language(model: Any, chunks: Iterable[Samples]) -> tuple[str, float]:  # noqa: ANN401  as above
    """The language most probable over the chunks heard until it is sure: its ISO 639-1 code and mean probability."""
    if not model.model.is_multilingual:
        return "en", 1.0
    sums: dict[str, float] = {}
    language, mean = "", 0.0
    for count, samples in enumerate(chunks, 1):
        _, _, probabilities = model.detect_language(samples)
        for code, probability in probabilities:
            sums[code] = sums.get(code, 0.0) + float(probability)
        language = max(sums, key=lambda code: sums[code])
        mean = sums[language] / count
        if mean >= SURE_LANGUAGE_PROBABILITY:
            break
    return language, round(mean, 3)


def recognise(model: Any, samples: Samples, *, language: str, beam_size: int) -> list[Heard]:  # noqa: ANN401  as above
    """What is said in at most 30 s, with times within the samples; the same samples give the same words."""
    segments, _ = model.transcribe(
        samples,
        language=language,
        beam_size=beam_size,
        temperature=0.0,
        condition_on_previous_text=False,
        word_timestamps=True,
        vad_filter=False,
        without_timestamps=False,
    )
    return [
        Heard(
            words=tuple(
                HeardWord(word.word, float(word.start), float(word.end), float(word.probability))
                for word in segment.words or ()
            ),
            mean_log_probability=float(segment.avg_logprob),
            no_speech_probability=float(segment.no_speech_prob),
            compression_ratio=float(segment.compression_ratio),
        )
        for segment in segments
    ]
