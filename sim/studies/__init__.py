"""One room for each question that a user asks; each has an ask.py, and tables, text, figures and a folder as it needs them."""
