"""What tests are made of: synthetic inputs with known answers, and stand-ins held to the real things' suites."""
