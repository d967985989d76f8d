"""Forecasts and their scores as lines of text, without a word of judgement."""
