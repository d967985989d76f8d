"""Two scenarios on the same futures."""
