"""What actors want, by what they did: scales of valuations learnt from dated offers, answers and refusals."""
