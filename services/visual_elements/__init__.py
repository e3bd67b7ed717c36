"""The stage visual_elements: what is to be seen in a video, in windows of three seconds."""
