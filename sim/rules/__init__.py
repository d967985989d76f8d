"""The model itself: rules are pure functions of numbers, stages apply them to the named state of one run.

A number is a float (the Mesa driver) or a symbol (the ensemble, which records once what the stages do and
replays the recording for many runs). So every rule is written once. Imports nothing above it.
"""
