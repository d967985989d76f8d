"""The smallest change of a scenario's numbers that overturns a finding."""
