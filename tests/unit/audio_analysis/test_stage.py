import json
import os
from pathlib import Path

import av
import numpy as np
import pytest

from services.audio_analysis.settings import Settings
from services.audio_analysis.stage import FINGERPRINT, make_stage, run
from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from shared.contracts.artifacts import SourceReference
from shared.contracts.reports.ingest import AudioStream
from shared.kit.stage import Inputs
from shared.media import read_audio
from shared.media.writing import AudioTrackWriter
from shared.testkit.clips.rhythms import PATTERNS, drum_track
from shared.testkit.pipeline import run_stages
from shared.testkit.prepared import prepared

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "demo" / "sales_call.mp4"
TRUTH = json.loads(DEMO.with_suffix(".json").read_text("utf-8"))
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))
RATE_HERTZ = 22_050


def inputs(directory: Path, samples=None, *, duration_seconds: float, stream: AudioStream | None = None) -> Inputs:
    """What ingest leaves of a video with that sound; without samples it has none."""
    ingest = directory / "inputs" / "ingest"
    ingest.mkdir(parents=True)
    if samples is not None:
        write_track(ingest / "audio.flac", samples)
        seconds = samples.size / RATE_HERTZ
        stream = stream or AudioStream(codec="aac", sample_rate=48_000, channels=1, duration_seconds=seconds)
    report = prepared(duration_seconds, audio=None if stream is None else "audio.flac", stream=stream)
    (ingest / "report.json").write_text(report.model_dump_json(), "utf-8")
    source = SourceReference(bucket="media", key="clip", size_bytes=1, sha256="0" * 64)
    return Inputs(directory=directory, source_reference=source, models_dir=MODELS_DIR)


def write_track(path: Path, samples) -> None:
    with AudioTrackWriter(path, origin_seconds=0) as writer:
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE_HERTZ, 0
        writer.write(frame)


def analyse(directory: Path, samples=None, *, duration_seconds: float, stream: AudioStream | None = None):
    task = inputs(directory, samples, duration_seconds=duration_seconds, stream=stream)
    return run(task, make_stage(Settings()).parameters, lambda _: None)


def sound(seconds: float, level_dbfs: float = -20.0, hertz: float = 1000.0):
    times = np.arange(round(seconds * RATE_HERTZ)) / RATE_HERTZ
    return 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * times)


def test_a_spoken_call_is_speech_without_music(tmp_path: Path) -> None:
    done = run_stages(DEMO, [make_ingest(IngestSettings()), make_stage(Settings())], tmp_path, models_dir=MODELS_DIR)
    report, files = done["audio_analysis"].report, done["audio_analysis"].files
    times = np.arange(0, TRUTH["duration_seconds"], 0.1)
    spoken, found = np.zeros(times.size, bool), np.zeros(times.size, bool)
    for sentence in TRUTH["sentences"]:
        spoken |= (times >= sentence["start_seconds"]) & (times < sentence["end_seconds"])
    for span in report.speech:
        found |= (times >= span.start_seconds) & (times < span.end_seconds)
    # A pause of up to 0.8 s between two sentences belongs to the span.
    assert np.mean(found[spoken]) > 0.98
    assert np.mean(spoken[found]) > 0.85
    assert report.music == ()
    assert (report.music_kind.is_music, report.music_kind.genre) == (False, None)
    assert (report.rhythm.tempo_bpm, report.rhythm.beats) == (None, ())
    # What FFmpeg's ebur128 says of the same file.
    assert report.loudness.integrated_lufs == pytest.approx(-20.2, abs=0.2)
    assert report.loudness.range_lu == pytest.approx(6.0, abs=0.3)
    assert report.loudness.true_peak_dbtp == pytest.approx(-2.8, abs=0.3)
    assert report.style.compression_ratio < 1.5
    assert not report.style.enhance_speech
    assert report.fingerprint == FINGERPRINT
    assert files[FINGERPRINT].stat().st_size == pytest.approx((TRUTH["duration_seconds"] - 2.6) / 0.124 * 4, rel=0.02)


def test_speech_music_and_silence_in_one_track_are_told_apart(tmp_path: Path) -> None:
    call = read_audio(ROOT / "tests" / "data" / "short_call.mp4")
    song = read_audio(ROOT / "tests" / "data" / "steady_beat.mp4")[1 * RATE_HERTZ : 13 * RATE_HERTZ]
    silence = np.zeros(4 * RATE_HERTZ, np.float32)
    parts = [(call, "speech"), (song, "music"), (silence, ""), (song, "music"), (call, "speech")]
    samples = np.concatenate([part for part, _ in parts])
    report = analyse(tmp_path, samples, duration_seconds=samples.size / RATE_HERTZ)
    times = np.arange(0.05, samples.size / RATE_HERTZ, 0.1)
    kinds = np.repeat([kind for _, kind in parts], [part.size for part, _ in parts])[(times * RATE_HERTZ).astype(int)]
    right = {
        kind: (kinds == kind) == np.any([(times >= s.start_seconds) & (times < s.end_seconds) for s in spans], axis=0)
        for kind, spans in (("speech", report.speech), ("music", report.music))
    }
    assert np.mean((right["speech"] & right["music"])[kinds != ""]) >= 0.9
    assert np.mean(right["music"][kinds != "speech"]) >= 0.95


def test_a_drum_loop_is_music_with_a_tempo(tmp_path: Path) -> None:
    report = analyse(tmp_path, drum_track(PATTERNS["backbeat"], 120, 20), duration_seconds=20)
    assert report.music_kind.is_music
    assert sum(span.end_seconds - span.start_seconds for span in report.music) > 19
    assert report.rhythm.tempo_bpm == pytest.approx(120, rel=0.01)
    assert report.speech == ()


def test_a_video_without_sound_has_nothing_to_say(tmp_path: Path) -> None:
    report = analyse(tmp_path, duration_seconds=3)
    assert not report.has_audio
    assert report.style.model_dump() == {
        "normalization_level": 0.0,
        "compression_ratio": 1.0,
        "bass_boost": 0.0,
        "enhance_speech": False,
        "dynamic_range_db": 0.0,
    }
    assert (report.rhythm.tempo_bpm, report.music_kind.genre, report.fingerprint) == (None, None, None)
    assert report.duration_seconds == 3


@pytest.mark.parametrize("seconds", [0.02, 0.3, 12.0])
def test_digital_silence_is_as_good_as_no_sound(tmp_path: Path, seconds: float) -> None:
    report = analyse(tmp_path, np.zeros(round(seconds * RATE_HERTZ)), duration_seconds=seconds)
    assert report.has_audio
    assert (report.loudness.integrated_lufs, report.loudness.true_peak_dbtp) == (None, None)
    assert report.style.normalization_level == 0
    assert (report.speech, report.music, report.rhythm.beats) == ((), (), ())
    assert report.fingerprint is None


@pytest.mark.parametrize("seconds", [0.02, 0.3, 1.0, 4.0])
def test_short_sounds_pass(tmp_path: Path, seconds: float) -> None:
    report = analyse(tmp_path, sound(seconds), duration_seconds=seconds)
    assert report.loudness.integrated_lufs is not None
    assert 0 < report.style.normalization_level < 1
    assert report.music == ()
    assert (report.fingerprint is not None) == (seconds > 3)


def test_spans_end_with_the_video_though_the_sound_goes_on(tmp_path: Path) -> None:
    report = analyse(tmp_path, drum_track(PATTERNS["backbeat"], 120, 20), duration_seconds=10)
    assert report.music[-1].end_seconds <= 10


def test_what_mixing_down_took_is_given_back(tmp_path: Path) -> None:
    stream = AudioStream(
        codec="aac",
        sample_rate=48_000,
        channels=2,
        duration_seconds=5,
        downmix_loss_db=3.5,
        sample_peak_dbfs=-19.0,
    )
    report = analyse(tmp_path, sound(5, level_dbfs=-23), duration_seconds=5, stream=stream)
    assert report.loudness.integrated_lufs == pytest.approx(-26.0 + 3.5, abs=0.1)
    assert report.loudness.true_peak_dbtp == -19.0


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    said: list[float] = []
    task = inputs(tmp_path, sound(70), duration_seconds=70)
    run(task, make_stage(Settings()).parameters, said.append)
    assert said == sorted(said)
    assert said[-1] == 1.0
    assert len(said) >= 4


def test_the_model_is_part_of_what_determines_the_artifact() -> None:
    assert make_stage(Settings()).models == ("musicnn",)
