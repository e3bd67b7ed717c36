"""From speech spans and recognised words to sentences; pure."""
