"""Videos cut together from real clips, with every kind of transition at known times and much that only looks like one."""
