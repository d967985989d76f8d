"""A new scenario to start from."""
