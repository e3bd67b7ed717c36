"""How calls are answered: the one pipeline that every route of every face passes."""
