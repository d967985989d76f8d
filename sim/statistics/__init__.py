"""Arrays to numbers with their uncertainty; nothing here knows what a scenario is."""
