"""The JSON-RPC API: one typed function a method."""
