"""Where the pool and its clients meet."""

VARIABLE = "BELVEDERE_HG_POOL"
"""The environment's variable with the directory of the running pool."""

READ = "read.sock"
"""One connection is one short request, served by the first free worker."""

STREAM = "stream.sock"
"""One connection is one long request, served by a process of its own."""
