"""The stage video_reasoning: plain sentences about each scene and the whole video, each with its sources."""
