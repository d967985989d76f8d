"""Ways to evaluate one month, and what they leave: on symbols, on a tape, in lanes of numpy, in machine code; and their luck."""
