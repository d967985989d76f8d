"""Which observable tells best which future one is in, and what is worth watching."""
