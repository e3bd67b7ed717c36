"""The services of Rushes; each is a stranger to the others."""
