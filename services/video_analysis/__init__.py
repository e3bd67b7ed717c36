"""The stage video_analysis: how a video is cut into shots."""
