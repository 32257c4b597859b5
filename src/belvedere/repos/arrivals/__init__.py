"""What is brought in in the background: imports and forks that are to be repositories, and pulls."""
