"""The documents of Rushes, and what generates some of them."""
