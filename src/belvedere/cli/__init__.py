"""Commands: belvedere and its topics."""
