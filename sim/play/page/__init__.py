"""A game as one page that runs anywhere: the compiled month with a seat in it, and all that is said of it."""
