"""Pages about folders of results: one mechanism, and for each kind of folder what its page shows."""
