"""API keys and SSH keys of users: who may look after them, and when they were used."""
