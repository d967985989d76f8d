"""Sweeps: many design points of one scenario on the same luck, stored part by part."""
