"""One stored row, run again."""
