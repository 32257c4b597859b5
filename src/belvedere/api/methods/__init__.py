"""The methods of the API, a module a topic; the registry imports all that lie here."""
