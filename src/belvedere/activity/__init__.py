"""What follows from events: they are told in sentences."""
