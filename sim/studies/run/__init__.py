"""Many futures of one scenario: what came of them, in tables, words, figures and a folder."""
