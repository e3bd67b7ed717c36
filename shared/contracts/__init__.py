"""What is said between services: the only domain code that two of them share."""
