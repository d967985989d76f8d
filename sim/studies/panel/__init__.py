"""Many states at once: a scenario for each from tables, and what they have in common."""
