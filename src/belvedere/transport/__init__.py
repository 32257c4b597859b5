"""How version control clients get in."""
