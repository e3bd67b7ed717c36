"""The stage motion_analysis: how the camera and what is before it move."""
