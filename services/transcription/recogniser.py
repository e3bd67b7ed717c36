"""Whisper and Silero VAD through faster-whisper and CTranslate2: samples in, spans and words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.transcription.core.speech import Span
from services.transcription.core.words import Heard, HeardWord

SAMPLE_RATE_HERTZ = 16_000
FRAME_SAMPLES = 160
"""Samples of one column of Whisper's spectrogram: 10 ms."""

CHUNKS_AT_ONCE = 2
"""Heard together: reading the decoder's weights once for two saves a third of its work; each costs 100 MB meanwhile."""

LONGEST_SPAN_SECONDS = 25.0
SHORTEST_SPEECH_MILLISECONDS = 200
SHORTEST_SILENCE_MILLISECONDS = 160
SPEECH_PROBABILITY = 0.5
SURE_LANGUAGE_PROBABILITY = 0.8

OPENING_MARKS = "\"'“¿([{-"
CLOSING_MARKS = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001  the full-width marks of Chinese and Japanese are meant
"""Marks that belong to the word after or before them."""

Samples = NDArray[np.float32]
"""Shape (n,), mono, 16 kHz, -1 to 1."""


@dataclass(frozen=True)
class Encoded:
    """A chunk as Whisper's encoder understands it, from which it can be read in any language.

    Attributes:
        states: float32, shape (1500, width of the model).
        frames: The columns of the spectrogram that hold sound; the rest up to 30 s is padding.
    """

    states: NDArray[np.float32]
    frames: int


@cache
def load(directory: Path, threads: int) -> Any:  # noqa: ANN401  faster-whisper has no types
    """The model, loaded once in each process; a directory is given, so nothing asks the network."""
    from faster_whisper import WhisperModel  # noqa: PLC0415  heavy: only pool processes load it

    return WhisperModel(str(directory), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)


def load_speech_finder() -> None:
    """Load Silero, which faster-whisper keeps for the process."""
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415  as above

    get_vad_model()


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


def encode(model: Any, samples: Samples) -> Encoded:  # noqa: ANN401  as above
    """At most 30 s of sound, encoded: most of the work of hearing it, done once for its language and its words."""
    from faster_whisper.audio import pad_or_trim  # noqa: PLC0415  as above

    spectrogram = model.feature_extractor(samples)
    states = np.array(model.encode(pad_or_trim(spectrogram)), np.float32)
    return Encoded(states[0], min(-(-samples.size // FRAME_SAMPLES), model.feature_extractor.nb_max_frames))


def detect_language(model: Any, chunks: Sequence[Encoded]) -> tuple[str, float | None]:  # noqa: ANN401  as above
    """The language most probable over the chunks taken until it is sure: its ISO 639-1 code and mean probability.

    A model of English alone finds nothing out: its probability is null.
    """
    if not model.model.is_multilingual:
        return "en", None
    sums: dict[str, float] = {}
    language, mean = "", 0.0
    for count, chunk in enumerate(chunks, 1):
        for token, probability in model.model.detect_language(_storage([chunk]))[0]:
            sums[token] = sums.get(token, 0.0) + float(probability)
        language = max(sums, key=lambda token: sums[token])
        mean = sums[language] / count
        if mean >= SURE_LANGUAGE_PROBABILITY:
            break
    return language.strip("<|>"), round(mean, 3)


def recognise(model: Any, chunks: Sequence[Encoded], *, language: str, beam_size: int) -> list[Heard]:  # noqa: ANN401  as above
    """What is said in each chunk, with times within it; equal chunks give equal words, whatever stands beside them."""
    from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415  as above
    from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens  # noqa: PLC0415  as above

    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
    states = _storage(chunks)
    results = model.model.generate(
        states,
        [[*tokenizer.sot_sequence, tokenizer.no_timestamps]] * len(chunks),
        beam_size=beam_size,
        return_scores=True,
        return_no_speech_prob=True,
        suppress_blank=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
    )
    tokens = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in results]
    alignments = model.find_alignment(tokenizer, tokens, states, [chunk.frames for chunk in chunks])
    return [
        Heard(
            words=_words(alignment),
            mean_log_probability=float(result.scores[0]),
            no_speech_probability=float(result.no_speech_prob),
            compression_ratio=get_compression_ratio(text) if (text := tokenizer.decode(spoken).strip()) else 0.0,
        )
        for result, spoken, alignment in zip(results, tokens, alignments, strict=True)
    ]


def _words(alignment: list[dict[str, Any]]) -> tuple[HeardWord, ...]:
    from faster_whisper.transcribe import merge_punctuations  # noqa: PLC0415  as above

    merge_punctuations(alignment, OPENING_MARKS, CLOSING_MARKS)
    return tuple(
        HeardWord(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
        for word in alignment
        if word["word"]
    )


def _storage(chunks: Sequence[Encoded]) -> Any:  # noqa: ANN401  CTranslate2 has no types
    from ctranslate2 import StorageView  # noqa: PLC0415  as above

    return StorageView.from_array(np.ascontiguousarray(np.stack([chunk.states for chunk in chunks])))
