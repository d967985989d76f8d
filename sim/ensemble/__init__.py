"""The fast driver: the stages are recorded once per scenario and replayed in lanes of many runs."""
