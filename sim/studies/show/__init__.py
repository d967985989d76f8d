"""A scenario in words and tables."""
