"""A scenario run over its past: a table of dated observations, what runs say of each, and scores."""
