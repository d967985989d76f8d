"""Reports: one file of HTML that carries a question, its answer with its doubt, and the model itself."""
