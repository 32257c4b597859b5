"""Markup and highlighting to safe HTML."""
