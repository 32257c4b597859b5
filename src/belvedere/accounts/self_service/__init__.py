"""What people do for themselves: sign up, verify their addresses, choose passwords."""
