"""Why futures flip: the first decision that differs between two worlds on the same luck, and its reasons."""
