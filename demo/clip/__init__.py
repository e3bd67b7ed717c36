"""How the clips of the demonstration and of the tests are made."""
