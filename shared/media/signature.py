"""Telling from a file's first bytes what it is when it is not a video."""

from __future__ import annotations

HEAD_BYTES = 64

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
    (b"#EXTM3U", "a playlist, not a video itself"),
    (b"ffconcat", "a concat script, not a video itself"),
    (b"ID3", "an MP3 audio file without a picture"),
    (b"\xff\xfb", "an MP3 audio file without a picture"),
    (b"fLaC", "a FLAC audio file without a picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"<?xml", "an XML document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)
_RIFF_KINDS = {b"WAVE": "a WAV audio file without a picture", b"WEBP": "a WebP image"}
_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


def foreign_kind(head: bytes) -> str | None:
    """What the file is, in words that follow "The file is"; None when it may be a video.

    Args:
        head: The first bytes of the file, `HEAD_BYTES` of them where there are as many.

    Example:
        >>> foreign_kind(b"%PDF-1.7")
        'a PDF document'
    """
    text = head.lstrip(b"\xef\xbb\xbf\r\n\t ")
    for start, kind in _STARTS:
        if text.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF_KINDS.get(head[8:12])
    if head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS:
        return "a HEIF or AVIF image"
    return None
