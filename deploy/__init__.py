"""How Rushes is put to run."""
