"""Synthetic clips whose truth is known: where they cut, what they sound like, what is wrong with them."""
