"""Learning from history: what the observations say of the uncertain numbers of a scenario."""
