import numpy as np
import pytest

from services.audio_analysis.core.loudness import LoudnessMeter, k_weighting, loudness_range

RATES = (22_050, 48_000)
MONO_LU = 10 * np.log10(2)
"""The conformance signals of EBU Tech 3341 and 3342 are stereo; the same in one channel is so much less."""


def sine(level_dbfs: float, seconds: float, rate_hertz: int, hertz: float = 1000.0, phase: float = 0.0):
    times = np.arange(round(seconds * rate_hertz)) / rate_hertz
    return (10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * times + phase)).astype(np.float32)


def measure(samples, rate_hertz: int, *, block_samples: int = 10_007, gain_db: float = MONO_LU):
    meter = LoudnessMeter(rate_hertz, gain_db)
    for first in range(0, samples.size, block_samples):
        meter.add(samples[first : first + block_samples])
    return meter.measured()


def sequence(rate_hertz: int, *parts: tuple[float, float]):
    return np.concatenate([sine(level, seconds, rate_hertz) for level, seconds in parts])


def test_the_filters_are_those_printed_in_the_standard() -> None:
    shelf, high_pass = k_weighting(48_000)
    assert shelf == pytest.approx(
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241, 0.73248077421585], abs=1e-8
    )
    assert high_pass == pytest.approx([1, -2, 1, 1, -1.99004745483398, 0.99007225036621], abs=1e-8)


@pytest.mark.parametrize("rate_hertz", RATES)
@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        (((-23, 20),), -23),  # 3341 case 1
        (((-33, 20),), -33),  # 3341 case 2
        (((-36, 10), (-23, 60), (-36, 10)), -23),  # 3341 case 3
        (((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23),  # 3341 case 4
        (((-26, 20), (-20, 20.1), (-26, 20)), -23),  # 3341 case 5
    ],
)
def test_integrated_loudness_conforms(parts, lufs: float, rate_hertz: int) -> None:
    measured = measure(sequence(rate_hertz, *parts), rate_hertz)
    assert measured.integrated_lufs == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "range_lu"),
    [
        (((-20, 20), (-30, 20)), 10),  # 3342 case 1
        (((-20, 20), (-15, 20)), 5),  # 3342 case 2
        (((-40, 20), (-20, 20)), 20),  # 3342 case 3
        (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15),  # 3342 case 4
    ],
)
def test_the_loudness_range_conforms(parts, range_lu: float) -> None:
    assert measure(sequence(22_050, *parts), 22_050).range_lu == pytest.approx(range_lu, abs=1)


@pytest.mark.parametrize("rate_hertz", RATES)
@pytest.mark.parametrize("fraction", [4, 6, 8])
def test_the_peak_between_samples_conforms(fraction: int, rate_hertz: int) -> None:
    # 3341 cases 15 to 18: sines of -6 dBFS at a part of the rate, whose samples miss the crest.
    samples = sine(-6, 1, rate_hertz, hertz=rate_hertz / fraction, phase=np.pi / 4)
    samples *= np.minimum(1, np.linspace(0, 20, samples.size).astype(np.float32))
    peak = measure(samples, rate_hertz).true_peak_dbtp
    assert peak is not None
    assert -6.4 <= peak <= -5.8


def test_looking_only_at_loud_pieces_misses_no_peak() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 22_050 * 3).astype(np.float32)
    in_one = measure(noise, 22_050, block_samples=noise.size).true_peak_dbtp
    spectrum = np.fft.rfft(noise)
    between = np.fft.irfft(np.pad(spectrum, (0, spectrum.size * 3)), noise.size * 8)[: noise.size * 8] * 8
    assert in_one == pytest.approx(20 * np.log10(np.abs(between).max()), abs=0.3)
    assert measure(noise, 22_050, block_samples=511).true_peak_dbtp == pytest.approx(in_one, abs=1e-6)


def test_how_the_sound_is_cut_into_blocks_changes_nothing() -> None:
    samples = sequence(22_050, (-30, 3.3), (-20, 4.7))
    first, second = measure(samples, 22_050, block_samples=997), measure(samples, 22_050, block_samples=10**6)
    assert first.integrated_lufs == pytest.approx(second.integrated_lufs)
    assert first.range_lu == pytest.approx(second.range_lu)


def test_silence_and_nothing_have_no_loudness() -> None:
    for samples in (np.zeros(22_050 * 5, np.float32), np.zeros(0, np.float32)):
        measured = measure(samples, 22_050)
        assert (measured.integrated_lufs, measured.true_peak_dbtp, measured.range_lu) == (None, None, 0.0)


@pytest.mark.parametrize("seconds", [0.05, 0.25, 1.0])
def test_a_short_sound_has_the_loudness_of_what_is_there(seconds: float) -> None:
    measured = measure(sine(-23, seconds, 22_050), 22_050)
    assert measured.integrated_lufs == pytest.approx(-23, abs=1)
    assert measured.range_lu == 0


def test_quiet_moments_beyond_20_lu_are_no_part_of_the_range() -> None:
    assert loudness_range(np.array([-20.0] * 50 + [-60.0] * 50)) == 0
