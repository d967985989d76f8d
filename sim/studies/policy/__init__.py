"""Policies that hold up whatever comes: levers of one actor, tried in many worlds."""
