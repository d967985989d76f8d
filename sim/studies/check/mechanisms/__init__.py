"""Do the mechanisms of a scenario move what its cards claim?"""
