"""One future as a story."""
