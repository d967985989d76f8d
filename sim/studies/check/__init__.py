"""What is asked of a scenario itself: can everything happen, does every number matter, does it stand still."""
