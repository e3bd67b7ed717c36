"""The stage insights: what matters in what was said, each sentence with its time."""
