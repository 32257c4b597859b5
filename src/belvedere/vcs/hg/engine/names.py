"""The border between Mercurial's bytes and the text that the rest of Belvedere sees."""


def to_bytes(name: str) -> bytes:
    """Give the stored bytes of a path or name back."""
    return name.encode("utf-8", "surrogateescape")


def to_text(stored: bytes) -> str:
    """Decode a path or name so that `to_bytes` finds it again."""
    return stored.decode("utf-8", "surrogateescape")


def to_prose(stored: bytes) -> str:
    """Decode what only people read; U+FFFD stands for what does not decode."""
    return stored.decode("utf-8", "replace")


def to_path(name: str) -> bytes:
    """Give the stored bytes of a path without slashes at its ends."""
    return to_bytes(name.strip("/"))
