"""Videos cut together from real clips, with every kind of transition, and much that only looks like one."""
