"""Language models that write: asked within one limit of time, and held to what they were told."""
