"""The stage scoring: how likely a deal is won, and why."""
