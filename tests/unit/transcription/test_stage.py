import json
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.transcription.listening import WINDOW_SECONDS, windows
from services.transcription.recogniser import SAMPLE_RATE_HERTZ, Samples
from services.transcription.settings import Settings
from services.transcription.stage import make_stage, run
from shared.contracts.artifacts import SourceReference
from shared.kit.stage import Inputs
from shared.media import read_audio
from shared.testkit.prepared import prepared

ROOT = Path(__file__).parents[3]
CLIP = ROOT / "tests" / "data" / "short_call.mp4"
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))


def inputs(directory: Path, audio: Path | None) -> Inputs:
    ingest = directory / "inputs" / "ingest"
    ingest.mkdir(parents=True)
    written = prepared(TRUTH["duration_seconds"], audio=audio.name if audio else None)
    (ingest / "report.json").write_text(written.model_dump_json(), "utf-8")
    if audio:
        (ingest / audio.name).symlink_to(audio)
    source = SourceReference(bucket="media", key="clip", size_bytes=1, sha256="0" * 64)
    return Inputs(directory=directory, source_reference=source, models_dir=MODELS_DIR, threads=2)


def quiet(seconds: float) -> Samples:
    noise = np.random.default_rng(1).normal(0, 1e-4, round(seconds * SAMPLE_RATE_HERTZ))
    return noise.astype(np.float32)


def test_a_call_is_written_down_sentence_by_sentence(tmp_path: Path) -> None:
    stage = make_stage(Settings(transcription_model="tiny.en"))
    progress: list[float] = []
    written = run(inputs(tmp_path, CLIP), stage.parameters, progress.append)
    assert written.language == "en"
    assert [sentence.text for sentence in written.sentences] == [sentence["text"] for sentence in TRUTH["sentences"]]
    for found, true in zip(written.sentences, TRUTH["sentences"], strict=True):
        assert found.start_seconds == pytest.approx(true["start_seconds"], abs=0.1)
        assert found.end_seconds == pytest.approx(true["end_seconds"], abs=0.1)
    assert [(row.start_seconds, row.content) for row in written.segments] == [
        (round(found.start_seconds, 1), found.text) for found in written.sentences
    ]
    assert progress[-1] == 1.0
    assert progress == sorted(progress)


def test_over_music_nothing_is_invented(tmp_path: Path) -> None:
    stage = make_stage(Settings(transcription_model="tiny.en"))
    written = run(inputs(tmp_path, CLIP.with_name("steady_beat.mp4")), stage.parameters, lambda _: None)
    assert (written.sentences, written.segments, written.language) == ((), (), None)


def test_a_video_without_sound_has_no_sentences(tmp_path: Path) -> None:
    stage = make_stage(Settings())
    written = run(inputs(tmp_path, None), stage.parameters, lambda _: None)
    assert (written.sentences, written.language, written.language_probability) == ((), None, None)


def test_a_model_in_use_is_part_of_what_determines_the_artifact() -> None:
    assert make_stage(Settings()).models == ("whisper-base",)
    assert make_stage(Settings(transcription_model="tiny.en")).models == ("whisper-tiny.en",)


def test_a_long_track_is_cut_into_windows_without_losing_a_sample_or_splitting_a_sentence() -> None:
    call = read_audio(CLIP, rate_hertz=SAMPLE_RATE_HERTZ)
    # The window's end falls into the middle of the call.
    lead = quiet(WINDOW_SECONDS - call.size / SAMPLE_RATE_HERTZ / 2)
    track = np.concatenate([lead, call, quiet(20)])
    cut = list(windows(np.array_split(track, 40)))
    assert np.array_equal(np.concatenate([window.samples for window in cut]), track)
    assert all(left.end_seconds == pytest.approx(right.start_seconds) for left, right in pairwise(cut))
    assert len(cut) == 2
    offset = lead.size / SAMPLE_RATE_HERTZ
    for sentence in TRUTH["sentences"]:
        start, end = offset + sentence["start_seconds"] + 0.2, offset + sentence["end_seconds"] - 0.2
        assert any(window.start_seconds <= start and end <= window.end_seconds for window in cut)


def test_silence_is_one_window_without_speech() -> None:
    (window,) = windows([quiet(12)])
    assert window.speech == []
