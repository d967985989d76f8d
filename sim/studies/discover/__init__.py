"""Under which conditions of a sweep something comes: scenario discovery."""
