"""Whether results are what was written."""
