"""Linear algebra of many small positive matrices side by side, with the same bits on every machine.

Products and sums one by one, in a fixed order: libraries of linear algebra differ in last bits.
"""

from __future__ import annotations

import numpy as np

SWEEPS = 12
"""Sweeps of Jacobi's rotations: off the diagonal nothing is left long before."""


def factor(matrices: np.ndarray) -> np.ndarray:
    """Lower factors L of positive matrices L L' (..., n, n).

    >>> factor(np.array([[4.0, 2.0], [2.0, 2.0]]))
    array([[2., 0.],
           [1., 1.]])
    """
    # rows and columns first: what is added up then lies in one piece
    left = np.array(np.moveaxis(matrices, (-2, -1), (0, 1)), dtype=float, order="C")
    for place in range(len(left)):
        column = left[place:, place] / np.sqrt(left[place, place])
        left[place:, place] = column
        left[place, place + 1 :] = 0.0
        for row in range(1, len(column)):
            left[place + row, place + 1 : place + row + 1] -= column[row] * column[1 : row + 1]
    return np.moveaxis(left, (0, 1), (-2, -1))


def forward(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The x of L x = b, for lower triangles (..., n, n) and b (..., n)."""
    left, rows = _first(right, lower)
    for place in range(len(left)):
        left[place] /= rows[place, place]
        left[place + 1 :] -= rows[place + 1 :, place] * left[place]
    return np.moveaxis(left, 0, -1)


def backward(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The x of L' x = b, for lower triangles (..., n, n) and b (..., n)."""
    left, rows = _first(right, lower)
    for place in reversed(range(len(left))):
        left[place] /= rows[place, place]
        left[:place] -= rows[place, :place] * left[place]
    return np.moveaxis(left, 0, -1)


def _first(right: np.ndarray, lower: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Right sides (n, ...) and triangles (n, n, ...), as many of one as of the other, rows first."""
    shape = np.broadcast_shapes(right.shape, lower.shape[:-1])
    sides = np.array(np.moveaxis(np.broadcast_to(right, shape), -1, 0), dtype=float, order="C")
    return sides, np.moveaxis(np.broadcast_to(lower, (*shape, shape[-1])), (-2, -1), (0, 1))


def inverse(matrices: np.ndarray) -> np.ndarray:
    """Inverses of positive matrices (..., n, n).

    >>> inverse(np.array([[4.0, 2.0], [2.0, 2.0]]))
    array([[ 0.5, -0.5],
           [-0.5,  1. ]])
    """
    lower, columns = factor(matrices), []
    for unit in np.eye(matrices.shape[-1]):
        columns.append(backward(lower, forward(lower, unit)))
    return np.stack(columns, axis=-1)


def times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Products of matrices (..., n, m) and vectors (..., m)."""
    found = matrices[..., :, 0] * vectors[..., 0, None]
    for place in range(1, matrices.shape[-1]):
        found = found + matrices[..., :, place] * vectors[..., place, None]
    return found


def spectrum(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues (..., n), in no order, and their vectors, in columns (..., n, n), of symmetric matrices.

    Jacobi 1846: planes are turned until nothing is left off the diagonal.

    >>> values, vectors = spectrum(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> np.sort(values).round(12)
    array([1., 3.])
    """
    left = np.array(matrices, dtype=float)
    size = left.shape[-1]
    turned = np.broadcast_to(np.eye(size), left.shape).copy()
    for _ in range(SWEEPS):
        for one in range(size):
            for other in range(one + 1, size):
                c, s = _turn(left, one, other)
                for matrix in (left, turned):
                    _rotate(matrix, one, other, c, s)
                _rotate(np.swapaxes(left, -1, -2), one, other, c, s)
    return np.diagonal(left, axis1=-2, axis2=-1).copy(), turned


def _turn(matrices: np.ndarray, one: int, other: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine (...,) of the turn of a plane that takes away its element off the diagonal."""
    off = matrices[..., one, other]
    apart = matrices[..., other, other] - matrices[..., one, one]
    # An element of nothing needs no turn; the sum keeps the quotient finite.
    tangent = 2.0 * off / (np.abs(apart) + np.sqrt(apart * apart + 4.0 * off * off) + 1e-300)
    tangent = np.where(apart < 0, -tangent, tangent)
    cosine = 1.0 / np.sqrt(1.0 + tangent * tangent)
    return cosine, tangent * cosine


def _rotate(matrices: np.ndarray, one: int, other: int, c: np.ndarray, s: np.ndarray) -> None:
    """Turn two columns into each other, in place."""
    first, second = matrices[..., :, one].copy(), matrices[..., :, other].copy()
    matrices[..., :, one] = c[..., None] * first - s[..., None] * second
    matrices[..., :, other] = s[..., None] * first + c[..., None] * second
