"""What is asked of runs: what happens in them, where they end up, which postures they take.

`happenings` are what may happen, `measures` what is computed from recorded paths, `postures` classes of
months; `columns` asks one number of each run, and `questions` puts all of them to a page of runs. `tally` and
`fans` keep sums and paths while pages go by; `baselines` is what a reader could say without the model.
"""
