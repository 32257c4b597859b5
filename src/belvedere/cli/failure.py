"""What stops a command."""


class Failure(Exception):
    """The command cannot go on; the text is one line for the person who gave it."""
