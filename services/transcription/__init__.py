"""The stage transcription: what is said in a video, sentence by sentence, each with its time."""
