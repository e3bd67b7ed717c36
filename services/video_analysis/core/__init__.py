"""From pictures to shots; pure."""
