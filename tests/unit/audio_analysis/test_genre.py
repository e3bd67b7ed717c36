import os
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from services.audio_analysis import musicnn
from services.audio_analysis.checkpoint import FOOTER_BYTES, MAGIC, read_checkpoint
from services.audio_analysis.core.genre import name_genre, name_tags, patch_starts
from services.audio_analysis.core.mel import mel_filters
from services.audio_analysis.core.tagging import (
    MSD_WORDS,
    MTT_WORDS,
    PATCH_SAMPLES,
    PATCH_SECONDS,
    RATE_HERTZ,
    joined,
    log_mel,
)
from shared.models import model_path

ROOT = Path(__file__).parents[3]
MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))


def two_tones() -> np.ndarray:
    times = np.arange(PATCH_SAMPLES) / RATE_HERTZ
    steady, rising = np.sin(2 * np.pi * 440 * times), np.sin(2 * np.pi * 3000 * times * (1 + times / 10))
    return (0.3 * steady + 0.1 * rising).astype(np.float32)


def test_mel_filters_are_those_of_librosa() -> None:
    # librosa.filters.mel(sr=16000, n_fft=512, n_mels=96) of librosa 0.11.
    filters, middles = mel_filters(rate_hertz=16_000, window_samples=512, bands=96, lowest_hertz=0, highest_hertz=8000)
    assert filters.shape == (257, 96)
    assert filters.sum() == pytest.approx(3.071914, rel=1e-5)
    assert [int(filters[:, band].argmax()) for band in (0, 3, 30, 60, 90)] == [1, 4, 31, 81, 211]
    peaks = [filters[:, band].max() for band in (0, 3, 30, 60, 90)]
    assert peaks == pytest.approx([0.0319992, 0.0315235, 0.0272420, 0.0109323, 0.0045888], rel=1e-5)
    assert np.all(np.diff(middles) > 0)


def test_the_spectrogram_is_that_of_librosa() -> None:
    # log10(10000 * librosa.feature.melspectrogram(…, hop_length=256, n_fft=512, n_mels=96, center=False) + 1)
    spectrogram = log_mel(two_tones())
    assert spectrogram.shape == (187, 96)
    found = [spectrogram[frame, band] for frame, band in ((0, 16), (50, 16), (100, 20))]
    assert found == pytest.approx([1.1891609, 1.1891739, 0.0140650], rel=1e-5)


@pytest.mark.parametrize(
    ("music", "count"),
    [
        ([], 0),
        ([(0.0, 2.9)], 0),
        ([(4.0, 8.0)], 1),
        ([(0.0, 16.0)], 2),
        ([(0.0, 15.0), (40.0, 55.0), (60.0, 61.0)], 3),
        ([(0.0, 60.0)], 5),
        ([(0.0, 600.0)], 14),
        ([(0.0, 3600.0)], 64),
    ],
)
def test_patches_lie_within_the_music_and_are_few(music: list[tuple[float, float]], count: int) -> None:
    starts = patch_starts(music)
    assert len(starts) == count
    assert starts == sorted(starts)
    assert all(any(begin <= start and start + PATCH_SECONDS <= end for begin, end in music) for start in starts)


def test_patches_are_spread_over_all_the_music() -> None:
    starts = patch_starts([(0.0, 30.0), (100.0, 160.0)])
    assert len([start for start in starts if start < 30]) == 2
    assert max(starts) > 145


@pytest.mark.parametrize(
    ("scores", "genre"),
    [
        ({"jazz": 0.55, "violin": 0.15}, "jazz"),
        ({"electronic": 0.3, "electronica": 0.15, "rock": 0.1}, "electronic"),
        ({"strings": 0.3, "opera": 0.2, "jazz": 0.25}, "classical"),
        ({"rock": 0.2, "folk": 0.1}, None),  # none is sure
        ({"ambient": 0.5, "electronic": 0.48}, None),  # two are as good
        ({}, None),
    ],
)
def test_a_genre_is_named_only_when_it_is_sure_and_clear(scores: Mapping[str, float], genre: str | None) -> None:
    assert name_genre(scores) == genre


def test_tags_are_the_strongest_words_in_order() -> None:
    tags = name_tags({"guitar": 0.7, "folk": 0.3, "acoustic": 0.5, "piano": 0.05, "80s": 0.9})
    assert [(tag.name, tag.score) for tag in tags] == [("guitar", 0.7), ("folk", 0.65)]
    assert name_tags({}) == ()


def test_where_both_networks_know_a_word_of_sound_the_higher_counts() -> None:
    msd, mtt = np.full(len(MSD_WORDS), 0.1), np.full(len(MTT_WORDS), 0.2)
    scores = joined(msd, mtt)
    assert (scores["guitar"], scores["cello"], scores["rock"]) == (0.2, 0.2, 0.1)
    assert "no vocals" not in scores


def test_the_networks_answer_as_the_published_ones() -> None:
    # The same patch through the layers of the package musicnn 0.1.0, written out in NumPy by themselves.
    tagger = musicnn.load(model_path(musicnn.MODEL, MODELS_DIR), threads=1)
    halves = np.arange(PATCH_SAMPLES) * 2 // RATE_HERTZ % 2 == 0
    words = tagger.words([two_tones() * halves])
    published = {"electronic": 0.50694, "experimental": 0.21496, "electronica": 0.15889, "ambient": 0.14343}
    published |= {"guitar": 0.20019, "electro": 0.12378}
    assert {word: words[word] for word in published} == pytest.approx(published, abs=2e-4)
    assert tagger.words([]) == {}


def varint(value: int) -> bytes:
    head = b""
    while value > 0x7F:
        head, value = head + bytes([value & 0x7F | 0x80]), value >> 7
    return head + bytes([value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(entries: list[tuple[int, bytes, bytes]]) -> bytes:
    """Entries of (letters shared with the key before, own letters, value), one restart, no compression."""
    body = b"".join(
        varint(shared) + varint(len(own)) + varint(len(value)) + own + value for shared, own, value in entries
    )
    return body + struct.pack("<II", 0, 1) + b"\0" + bytes(4)


def table(directory: Path, entries: list[tuple[int, bytes, bytes]], numbers: bytes) -> tuple[Path, Path]:
    data = block(entries)
    index = block([(0, b"z", varint(0) + varint(len(data) - 5))])
    footer = varint(0) * 2 + varint(len(data)) + varint(len(index) - 5)
    footer = footer.ljust(FOOTER_BYTES - 8, b"\0") + struct.pack("<Q", MAGIC)
    (directory / "w.index").write_bytes(data + index + footer)
    (directory / "w.data").write_bytes(numbers)
    return directory / "w.index", directory / "w.data"


def entry(shape: tuple[int, ...], offset: int, size: int, kind: int = 1) -> bytes:
    dimensions = b"".join(field(2, field(1, length)) for length in shape)
    return field(1, kind) + field(2, dimensions) + field(4, offset) + field(5, size)


def test_a_checkpoint_s_variables_are_read_by_name_and_shape(tmp_path: Path) -> None:
    numbers = np.arange(7, dtype="<f4").tobytes()
    entries = [
        (0, b"", field(1, 1)),
        (0, b"conv/bias", entry((1,), 24, 4)),
        (5, b"kernel", entry((2, 3), 0, 24)),
        (0, b"step", entry((), 0, 8, kind=9)),
    ]
    found = read_checkpoint(*table(tmp_path, entries, numbers))
    assert set(found) == {"conv/bias", "conv/kernel"}
    np.testing.assert_array_equal(found["conv/kernel"], np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(found["conv/bias"], [6])


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.index").write_bytes(b"not a table " * 10)
    (tmp_path / "w.data").write_bytes(b"")
    with pytest.raises(ValueError, match="no index of a checkpoint"):
        read_checkpoint(tmp_path / "w.index", tmp_path / "w.data")
