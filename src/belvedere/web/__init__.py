"""Pages: one function and one template each."""
