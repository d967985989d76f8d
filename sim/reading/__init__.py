"""What comes from outside: bytes that are read once, tables and numbers that are read strictly."""
