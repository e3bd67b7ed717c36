"""Measure how right the stages are: `python -m tests.accuracy [PART…]`; without a name everything."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tests.accuracy import page

PARTS = {
    "preparation": "ingest",
    "shots": "video_analysis",
    "scenes": "video_analysis",
    "frame_motion": "video_analysis",
    "subtitles": "video_analysis",
    "tempo": "audio_analysis",
    "beats": "audio_analysis",
    "genre": "audio_analysis",
    "speech_and_music": "audio_analysis",
    "sound_levels": "audio_analysis",
    "camera": "motion_analysis",
    "transcription": "transcription",
    "objects": "visual_elements",
    "captions": "visual_elements",
    "insights": "insights",
    "spoken": "insights",
}
"""What is measured, and the page it is written to. `tests.accuracy.<part>.measure()` gives Markdown."""

PAGES = Path(__file__).parents[2] / "docs" / "analysis"


def main() -> None:
    """Measure, print, and write each result between the marks on its page."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    for part in wanted:
        measured: str = importlib.import_module(f"tests.accuracy.{part}").measure()
        print(f"\n## {part}\n\n{measured}", flush=True)
        page.write(PAGES / f"{PARTS[part]}.md", part, measured)


if __name__ == "__main__":
    main()
