"""What happened, told durably: domains emit, floors above listen."""
