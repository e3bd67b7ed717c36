"""How things are said, stored and served: everything that services have in common and that knows no service."""
