"""What is asked of runs: happenings, values and postures, and what is kept of them while their pages go by."""
