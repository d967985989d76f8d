"""How results come into files."""
