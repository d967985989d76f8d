"""Forecasts written down before it is known what comes, in a file that is only added to; and their scores."""
