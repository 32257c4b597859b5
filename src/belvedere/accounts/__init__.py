"""Users, user groups, e-mail addresses, API keys and address rules."""
