"""The pure part of the stage: arrays in, values out."""
