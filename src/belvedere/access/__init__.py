"""Who may do what: levels, actors, grants and the one rule; knows no other domain."""
