"""Git behind the common interface: pygit2 for points, the git program for walks and the wire."""
