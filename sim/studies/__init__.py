"""A room for each question that a user asks: each has an ask.py; tables, text, figures, folder as needed."""
