"""What is known of the past, how runs are measured as the world was, and how they are conditioned on it."""
