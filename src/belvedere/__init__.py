"""Self-hosted Mercurial and Git hosting with permissions, code review and a JSON-RPC API."""

__version__ = "0.1.0"
