"""What is asked of a scenario itself: can everything happen, does every number matter, is it still."""
