"""The spatial models of politics: weighted mean, weighted median, probabilistic Condorcet election.

Each actor has an influence, a position on a line and a salience; its weight is influence x salience, the
power that it brings to bear on the question. The forecasts look once at where actors stand; nobody moves.
Sources: Bueno de Mesquita 1994 (in Bueno de Mesquita and Stokman, *European Community Decision Making*) for
weights and votes; Wise, Lester and Efird 2015 (*An Introduction to the KAPSARC Toolkit for Behavioral
Analysis*) and its public program KTAB, `kmodel`, for the election.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

INDIFFERENT = 1e-9
"""Gain in utility that no actor votes for: what is left of a tie by rounding."""

VOTES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "proportional": lambda gain: gain,
    "binary": lambda gain: np.where(np.abs(gain) > INDIFFERENT, np.sign(gain), 0.0),
    "cubic": lambda gain: gain**3,
}
"""How strongly an actor takes sides for a gain in utility [-1, 1]; KTAB's voting rules of the same names."""

VICTORIES = {"linear": 1, "square": 2}
"""Power to which a coalition's strength counts in a contest; KTAB's victory-probability models so called."""

ELECTIONS = ("incentive", "uniform", "conditional")
"""How often an option is put to the vote.

Contests without end in which a challenger steps forward in proportion to what it stakes and hopes, or all
alike; or one round that somebody wins against all others. KTAB's `MarkovIPCM`, `MarkovUPCM` and
`ConditionalPCM`; the last is its default.
"""


def weighted_mean(position: np.ndarray, weight: np.ndarray) -> float:
    """Mean position sum(w x) / sum(w), in the units of `position`; both (actors,).

    The weights must not sum to zero. The compromise model; near to the Nash bargain (Achen 2006, in Thomson
    and others, *The European Union Decides*).

    >>> weighted_mean(np.array([0.0, 100.0]), np.array([3.0, 1.0]))
    25.0
    """
    return float((weight * position).sum() / weight.sum())


def weighted_median(position: np.ndarray, weight: np.ndarray) -> float:
    """The position at which half of all weight is reached; midway between two that part it in equal halves.

    It beats every other position under binary votes (Black 1948, *Journal of Political Economy* 56:23).

    >>> weighted_median(np.array([0.0, 40.0, 100.0]), np.array([2.0, 2.0, 3.0]))
    40.0
    """
    order = np.argsort(position, kind="stable")
    place = position[order]
    reached = np.cumsum(weight[order])
    half = 0.5 * reached[-1]
    within = 1e-12 * reached[-1]
    low = place[np.searchsorted(reached, half - within)]
    high = place[np.searchsorted(reached, half + within, side="right")]
    return float(0.5 * (low + high))


def coalitions(utility: np.ndarray, weight: np.ndarray, vote: str = "proportional") -> np.ndarray:
    """Strength of those who prefer option i to option j: c_ij = sum_k w_k max(0, v(u_ki - u_kj)).

    utility: (actors, options) [0, 1]; weight: (actors,); found: (options, options), zero on the diagonal.
    KTAB `Model::coalitions`, `Model::vote`.
    """
    gain = utility[:, :, None] - utility[:, None, :]
    return (weight[:, None, None] * np.maximum(VOTES[vote](gain), 0.0)).sum(axis=0)


def victory(strength: np.ndarray, rule: str = "linear") -> np.ndarray:
    """Probability that i defeats j, c_ij^m / (c_ij^m + c_ji^m), (options, options); 1/2 where nobody cares.

    KTAB `vProb`.
    """
    # Scaled to at most 1: squares of large strengths would overflow, and the ratio is the same.
    force = (strength / max(float(strength.max()), np.finfo(float).tiny)) ** VICTORIES[rule]
    both = force + force.T
    return np.where(both > 0, force / np.where(both > 0, both, 1.0), 0.5)


def transitions(strength: np.ndarray, rule: str = "linear", by: str = "incentive") -> np.ndarray:
    """Probability that option i is the favourite after one contest, given that j was: columns sum to one.

    strength, found: (options, options). T_ij = h_ij P_ij for i != j, where P_ij is `victory` and h_ij the
    chance that i challenges j: 1/n if `uniform` (KTAB `markovUniformPCE`), in proportion to c_ij P_ij if by
    `incentive` (`markovIncentivePCE`); nobody challenges what all prefer.
    """
    options = len(strength)
    wins = victory(strength, rule)
    drive = np.ones_like(wins)
    if by == "incentive":
        drive = strength * wins
    every = drive.sum(axis=0)
    step = drive / np.where(every > 0, every, 1.0) * wins
    step[np.diag_indices(options)] = 0.0
    step[np.diag_indices(options)] = 1.0 - step.sum(axis=0)
    return step


def stationary(step: np.ndarray) -> np.ndarray:
    """Long-run share of time (states,) in each state of a Markov chain: T p = p, sum(p) = 1.

    step: (states, states), columns sum to one, with one recurrent class. States are left out one by one, the
    last first, and what led through them goes straight (Grassmann, Taksar and Heyman 1985, *Operations
    Research* 33:1107): no subtraction, so small shares are exact too, and no library of linear algebra.
    """
    leads, states = step.T.copy(), len(step)
    share, first = np.zeros(states), 0
    for last in range(states - 1, 0, -1):
        out = leads[last, :last].sum()
        if out == 0.0:  # those before are visited no more
            first = last
            break
        leads[:last, last] /= out
        leads[:last, :last] += leads[:last, last, None] * leads[last, :last]
    share[first] = 1.0
    for state in range(first + 1, states):
        share[state] = (share[:state] * leads[:state, state]).sum()
    return share / share.sum()


def conditional(wins: np.ndarray) -> np.ndarray:
    """Probability that option i defeats all others, given that one does: prod_j P_ij, rescaled (options,).

    wins: (options, options), one half on the diagonal. KTAB `condPCE`.
    """
    sweep = wins.prod(axis=1)
    return sweep / sweep.sum()


def condorcet(
    position: np.ndarray,
    weight: np.ndarray,
    span: float = 100.0,
    vote: str = "proportional",
    rule: str = "linear",
    election: str = "incentive",
) -> tuple[np.ndarray, np.ndarray]:
    """The probabilistic Condorcet election (PCE): the actors' distinct positions, and their probabilities.

    position, weight: (actors,). Actors lose utility with distance, u_kj = 1 - |x_k - x_j| / span, as
    risk-neutral ones of KTAB's spatial model do; options are the distinct positions of actors with weight.

    >>> options, chance = condorcet(np.array([0.0, 100.0]), np.array([3.0, 1.0]))
    >>> options.tolist(), chance.round(3).tolist()
    ([0.0, 100.0], [0.75, 0.25])
    """
    active = weight > 0
    option = np.unique(position[active])
    utility = 1.0 - np.abs(position[active, None] - option) / span
    strength = coalitions(utility, weight[active] / weight.sum(), vote)
    if election == "conditional":
        return option, conditional(victory(strength, rule))
    return option, stationary(transitions(strength, rule, election))
