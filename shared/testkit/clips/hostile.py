"""Files that must be refused: each is made by a function of the path it is written to."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from shared.testkit.clips.pictures import plain, quarters, scenes, tone
from shared.testkit.clips.writing import Look, Sound, regular_times, write_clip

if TYPE_CHECKING:
    from pathlib import Path

GIANT_SIDE = 30_000
HOUR_SECONDS = 3600
MOTION_JPEG = Look(codec="mjpeg", pixel_format="yuvj420p", full_range=True, options={})


def empty(path: Path) -> Path:
    """Zero bytes."""
    path.write_bytes(b"")
    return path


def random_bytes(path: Path, size: int = 200_000) -> Path:
    """Noise without any structure."""
    path.write_bytes(np.random.default_rng(7).bytes(size))
    return path


def playlist(path: Path, address: str) -> Path:
    """An HLS playlist whose one segment is somewhere else."""
    path.write_text(f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n")
    return path


def concat_script(path: Path, neighbour: Path | str) -> Path:
    """A concat script that plays a file of the machine, or an address."""
    path.write_text(f"ffconcat version 1.0\nfile '{neighbour}'\nduration 2\n")
    return path


def dash_manifest(path: Path, address: str) -> Path:
    """A DASH manifest whose media is somewhere else."""
    path.write_text(
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT5S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        f'<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{address}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>"
    )
    return path


def document(path: Path) -> Path:
    """A PDF."""
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
    return path


def image(path: Path, codec: str = "png") -> Path:
    """A still picture: `png` or `mjpeg`."""
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height, context.time_base = 64, 48, Fraction(1, 25)
    context.pix_fmt = "rgb24" if codec == "png" else "yuvj420p"
    frame = av.VideoFrame.from_ndarray(quarters(64, 48), format="rgb24").reformat(format=context.pix_fmt)
    frame.pts = 0
    path.write_bytes(b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)]))
    return path


def audio_only(path: Path) -> Path:
    """Sound without a picture."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(440, 1.0)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 44_100, 0, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def audio_with_cover(path: Path) -> Path:
    """Sound with a cover picture, as music shops sell it."""
    cover = image(path.with_suffix(".jpg"), "mjpeg").read_bytes()
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        art = container.add_mux_stream("mjpeg", width=64, height=48)
        art.disposition = av.stream.Disposition.attached_pic
        frame = av.AudioFrame.from_ndarray(tone(440, 1.0)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 44_100, 0, Fraction(1, 44_100)
        packets = stream.encode(frame) + stream.encode(None)
        packet = av.Packet(cover)
        packet.stream, packet.pts, packet.dts, packet.time_base = art, 0, 0, Fraction(1, 90_000)
        container.mux(packet)
        container.mux(packets)
    return path


def cut_off(path: Path, share: float = 0.6) -> Path:
    """An MP4 whose end is missing: its index stands at the front, so it opens."""
    whole = write_clip(
        path,
        times=regular_times(120, 24),
        picture=scenes([48], 64, 48),
        time_base=Fraction(1, 24),
        sound=Sound(tone(440, 5.0)),
        muxer_options={"movflags": "faststart"},
    ).read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def without_index(path: Path) -> Path:
    """An MP4 whose index, at the end, is missing."""
    whole = write_clip(
        path, times=regular_times(48, 24), picture=scenes([24], 64, 48), time_base=Fraction(1, 24)
    ).read_bytes()
    path.write_bytes(whole[: whole.rindex(b"moov") - 4])
    return path


def declared_giant(path: Path) -> Path:
    """A tiny H.264 MP4 whose headers say 30000 by 30000."""
    whole = bytearray(
        write_clip(path, times=regular_times(4, 24), picture=scenes([], 64, 48), time_base=Fraction(1, 24)).read_bytes()
    )
    entry = whole.index(b"avc1", whole.index(b"stsd"))
    whole[entry + 28 : entry + 32] = GIANT_SIDE.to_bytes(2, "big") * 2
    track = whole.index(b"tkhd")
    whole[track + 80 : track + 88] = (GIANT_SIDE << 16).to_bytes(4, "big") * 2
    path.write_bytes(whole)
    return path


def giant_stream(path: Path) -> Path:
    """An MPEG transport stream whose H.264 parameters truly say 30000 by 30000 (1875 macroblocks each way)."""
    blocks = GIANT_SIDE // 16
    sequence = _bits("010000100000000000110011", 0, 0, 2, 1, "0", blocks - 1, blocks - 1, "1", "0", "0", "0", "1")
    parameters = _bits("", 0, 0, "0", "0", 0, 0, 0, "0", "00", 0, 0, 0, "0", "0", "0", "1")
    slice_data = b"\x88" * 400
    units = b"".join(
        b"\x00\x00\x00\x01" + unit
        for unit in (b"\x09\x10", b"\x67" + sequence, b"\x68" + parameters, b"\x65" + slice_data)
    )
    with av.open(str(path), "w", format="mpegts") as container:
        stream = container.add_mux_stream("h264", width=64, height=48)
        for index in range(10):
            packet = av.Packet(units)
            packet.stream, packet.time_base = stream, Fraction(1, 90_000)
            packet.pts = packet.dts = index * 3600
            packet.is_keyframe = True
            container.mux(packet)
    return path


def growing_picture(path: Path) -> Path:
    """A motion JPEG AVI that begins at 64 by 48 and whose later frames say 30000 by 30000."""
    whole = bytearray(
        write_clip(
            path, times=regular_times(12, 24), picture=scenes([], 64, 48), time_base=Fraction(1, 24), look=MOTION_JPEG
        ).read_bytes()
    )
    place, seen = whole.find(b"\xff\xc0"), 0
    while place >= 0:
        seen += 1
        if seen > 6:  # noqa: PLR2004  the first half stays as it is
            whole[place + 5 : place + 9] = GIANT_SIDE.to_bytes(2, "big") * 2
        place = whole.find(b"\xff\xc0", place + 2)
    path.write_bytes(whole)
    return path


def eleven_hours(path: Path) -> Path:
    """A tiny picture every five minutes, for eleven hours."""
    step = 300
    return write_clip(
        path,
        times=[Fraction(step * index) for index in range(11 * HOUR_SECONDS // step + 1)],
        picture=lambda index: plain((index % 200, 80, 80), 32, 32),
        time_base=Fraction(1, 1000),
    )


def eleven_hours_that_say_ten_seconds(path: Path) -> Path:
    """A Matroska file of eleven hours whose header says ten seconds."""
    whole = bytearray(eleven_hours(path).read_bytes())
    place = whole.index(b"\x44\x89\x88")
    whole[place + 3 : place + 11] = np.array(10_000.0, ">f8").tobytes()
    path.write_bytes(whole)
    return path


def _bits(*fields: str | int) -> bytes:
    """Pack bit strings as they are and integers as unsigned exponential-Golomb codes; pad the last byte."""
    text = ""
    for field in fields:
        if isinstance(field, int):
            code = f"{field + 1:b}"
            text += "0" * (len(code) - 1) + code
        else:
            text += field
    text += "0" * (-len(text) % 8)
    raw = int(text, 2).to_bytes(len(text) // 8, "big")
    return raw.replace(b"\x00\x00\x00", b"\x00\x00\x03\x00").replace(b"\x00\x00\x01", b"\x00\x00\x03\x01")
