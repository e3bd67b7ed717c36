"""A clip of one minute in 720p with speech, made from the demonstration's."""

import asyncio
from pathlib import Path

import imageio_ffmpeg

DEMONSTRATION = Path(__file__).parents[3] / "demo" / "sales_call.mp4"
SECONDS = 60
SIZE = (1280, 720)


async def make_clip(path: Path) -> None:
    """Repeat the demonstration's clip from its beginning until a minute is full, in h264 and AAC."""
    width, height = SIZE
    fitted = f"scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:(ow-iw)/2:(oh-ih)/2"
    process = await asyncio.create_subprocess_exec(
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y"),
        *("-stream_loop", "-1", "-i", str(DEMONSTRATION), "-t", str(SECONDS), "-vf", fitted),
        *("-c:v", "libx264", "-preset", "veryfast", "-b:v", "4M", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    )
    if await process.wait() != 0:
        raise RuntimeError("the clip could not be made")
