"""Showing high dynamic range on ordinary screens: PQ and HLG pictures become sRGB.

The path is the usual one, kept simple: undo the transfer function (SMPTE ST 2084, or ITU-R BT.2100 HLG with the
system gamma of a 1000-nit screen), scale so that the reference white of 203 nits (ITU-R BT.2408) is 1, turn BT.2020
primaries into BT.709, compress with an extended Reinhard curve on the brightest channel so that hues stay, encode sRGB.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Transfer = Literal["pq", "hlg"]

REFERENCE_WHITE_NITS = 203.0
PQ_PEAK_NITS = 10_000.0
HLG_PEAK_NITS = 1_000.0
HLG_SYSTEM_GAMMA = 1.2
SHOWN_PEAK_NITS = 1_000.0
"""What is this bright becomes white; brighter is cut."""
FULL_SCALE = 65_535
SRGB_STEPS = 4_096

BT2020_TO_BT709 = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]], np.float32
)
BT2020_LUMINANCE = np.array([0.2627, 0.6780, 0.0593], np.float32)


def to_srgb(signal: NDArray[np.uint16], transfer: Transfer, *, wide_primaries: bool = True) -> NDArray[np.uint8]:
    """Map a high dynamic range picture to sRGB.

    Args:
        signal: Non-linear R'G'B', shape (height, width, 3), 0 to 65535.
        transfer: The signal's transfer function.
        wide_primaries: Whether its primaries are those of BT.2020.

    Returns:
        uint8 of the same shape.
    """
    linear = _linear_table(transfer)[signal]
    if transfer == "hlg":
        scene_luminance = np.maximum(linear @ BT2020_LUMINANCE, 1e-6)
        linear *= (scene_luminance ** (HLG_SYSTEM_GAMMA - 1))[..., None] * (HLG_PEAK_NITS / REFERENCE_WHITE_NITS)
    if wide_primaries:
        linear = linear @ BT2020_TO_BT709.T
    np.maximum(linear, 0, out=linear)
    brightest = linear.max(axis=-1, keepdims=True)
    linear *= compressed(brightest) / np.maximum(brightest, 1e-6)
    steps = np.minimum(linear * (SRGB_STEPS - 1) + 0.5, SRGB_STEPS - 1).astype(np.uint16)
    shown: NDArray[np.uint8] = _srgb_table()[steps]
    return shown


def compressed(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Extended Reinhard: 0 stays 0, the shown peak becomes 1, in between it rises monotonically.

    Args:
        light: Linear light, 1 at reference white.

    Reference:
        Reinhard et al., Photographic Tone Reproduction for Digital Images, 2002, equation 4.
    """
    peak = np.float32(SHOWN_PEAK_NITS / REFERENCE_WHITE_NITS)
    curve = light * (1 + light / peak**2) / (1 + light)
    return np.minimum(curve, np.float32(1))


def pq_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Absolute luminance of a PQ signal of 0 to 1 (SMPTE ST 2084, the EOTF)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = np.asarray(signal, np.float64) ** (1 / m2)
    nits: NDArray[np.float64] = PQ_PEAK_NITS * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    return nits


def hlg_scene_light(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scene light, 0 to 1, of an HLG signal of 0 to 1 (ITU-R BT.2100, the inverse OETF)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    values = np.asarray(signal, np.float64)
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)  # noqa: PLR2004  the standard's


@cache
def _linear_table(transfer: Transfer) -> NDArray[np.float32]:
    signal = np.arange(FULL_SCALE + 1) / FULL_SCALE
    light = pq_nits(signal) / REFERENCE_WHITE_NITS if transfer == "pq" else hlg_scene_light(signal)
    return light.astype(np.float32)


@cache
def _srgb_table() -> NDArray[np.uint8]:
    linear = np.arange(SRGB_STEPS) / (SRGB_STEPS - 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)  # noqa: PLR2004  IEC 61966-2-1
    return np.round(255 * encoded).astype(np.uint8)
