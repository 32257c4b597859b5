"""Pull requests, comments and votes."""
