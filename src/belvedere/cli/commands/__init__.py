"""One module a topic; it is found by being here."""
