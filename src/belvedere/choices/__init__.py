"""What administrators choose while the site runs: what people are told, and what new repositories begin with."""
