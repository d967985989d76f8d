"""Results to smaller tables with their uncertainty; memory does not grow with the number of runs."""
