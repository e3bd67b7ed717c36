"""From reports to facts, from facts to sentences; pure."""
