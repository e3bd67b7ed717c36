"""The demonstration: a sales call, watched from upload to insights."""
