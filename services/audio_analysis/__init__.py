"""The stage audio_analysis: what is heard in a video besides words."""
