"""Draw luck once per seed and purpose, and turn it into the numbers of the catalogue.

Every number belongs to (seed, purpose, id): schemes meet the same luck, and neither the
order of rows nor the number of workers can change it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincinv, ndtr, ndtri

from renlin.catalogue.models import Value
from renlin.random_streams import draw

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.int64]


def keys_of(ids: Sequence[str]) -> Keys:
    """Return one number per id, by content; a draw keyed by it costs no hashing again."""
    digests = b"".join(blake2b(text.encode(), digest_size=8).digest() for text in ids)
    return np.frombuffer(digests, dtype="<i8").astype(np.int64)


class Luck:
    """The luck of one seed over fixed sets of ids; each purpose is drawn once and kept.

    Parameters
    ----------
    seed
        Number of the run.
    keys
        Kind of id -> keys, such as ``"person"``; see :func:`keys_of`.
    """

    def __init__(self, seed: int, keys: Mapping[str, Keys], shared: Luck | None = None) -> None:
        self.seed = seed
        self._keys = keys
        self._shared = shared
        self._drawn: dict[tuple[str, str], Floats] = {}

    def __call__(self, kind: str, purpose: str) -> Floats:
        """Return uniform numbers in [0, 1), one per id of ``kind``; do not change them."""
        if kind not in self._keys and self._shared is not None:
            return self._shared(kind, purpose)
        if (kind, purpose) not in self._drawn:
            drawn = draw(self.seed, f"{purpose}/{kind}", self._keys[kind])
            drawn.setflags(write=False)
            self._drawn[kind, purpose] = drawn
        return self._drawn[kind, purpose]

    def also(self, keys: Mapping[str, Keys]) -> Luck:
        """Return this luck with more kinds of id, such as the helpers of one scheme."""
        return Luck(self.seed, keys, self)


def sample(value: Value, luck: Floats) -> Floats:
    """Return draws of ``value`` for uniform ``luck``, shape as ``luck``.

    Normal and lognormal are truncated to ``low..high`` (drawn between the quantiles of the
    bounds, so that no mass piles up there); uniform runs over them; gamma and weibull are
    truncated likewise. ``shift`` is added before the bounds apply. A point is itself.
    """
    if value.distribution == "point":
        return np.full(luck.shape, value.value)
    low = -np.inf if value.low is None else value.low - value.shift
    high = np.inf if value.high is None else value.high - value.shift
    below, at = _FORMS[value.distribution](value)
    first, last = below(low), below(high)
    drawn = at(first + luck * (last - first))
    return np.asarray(np.clip(drawn, low, high) + value.shift)


Form = tuple[Callable[[float], float], Callable[[Floats], Floats]]


def _normal(value: Value) -> Form:
    spread = float(value.sd or 0.0)
    if spread == 0.0:
        return _point(value)
    return (
        lambda x: float(ndtr((x - value.value) / spread)),
        lambda q: value.value + spread * ndtri(q),
    )


def _lognormal(value: Value) -> Form:
    spread = float(value.sd or 0.0)
    if spread == 0.0:
        return _point(value)
    middle = float(np.log(value.value))

    def below(x: float) -> float:
        return 0.0 if x <= 0.0 else float(ndtr((np.log(x) - middle) / spread))

    return below, lambda q: np.exp(middle + spread * ndtri(q))


def _uniform(value: Value) -> Form:
    low, high = float(value.low or 0.0), float(value.high or 0.0)
    low, width = low - value.shift, high - low
    if width == 0.0:
        return _point(value)
    return (lambda x: float(np.clip((x - low) / width, 0.0, 1.0)), lambda q: low + width * q)


def _gamma(value: Value) -> Form:
    shape, scale = float(value.shape or 1.0), value.value

    def below(x: float) -> float:
        return 0.0 if x <= 0.0 else float(gammainc(shape, x / scale))

    return below, lambda q: scale * gammaincinv(shape, q)


def _weibull(value: Value) -> Form:
    shape, scale = float(value.shape or 1.0), value.value

    def below(x: float) -> float:
        return 0.0 if x <= 0.0 else float(-np.expm1(-((x / scale) ** shape)))

    return below, lambda q: scale * (-np.log1p(-q)) ** (1.0 / shape)


def _point(value: Value) -> Form:
    return (lambda _x: 0.0, lambda q: np.full(q.shape, value.value))


_FORMS: Mapping[str, Callable[[Value], Form]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "gamma": _gamma,
    "weibull": _weibull,
}
