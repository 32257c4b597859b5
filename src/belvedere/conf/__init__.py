"""Settings, URL table and WSGI entry: the only place that knows every door."""
