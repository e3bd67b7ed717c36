"""What the platform face answers (contract, sections 7 to 10, 14 and 15)."""
