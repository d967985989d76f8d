"""The readable driver: an ordinary Mesa model whose agents call the stages of sim.rules, month by month."""
