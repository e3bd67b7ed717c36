"""Motion measured on arrays: from small grey pictures to the moves of the camera, tracks and pacing."""
