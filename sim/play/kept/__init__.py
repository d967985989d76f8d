"""Games that were kept as lines: each played again, and a class of them side by side."""
