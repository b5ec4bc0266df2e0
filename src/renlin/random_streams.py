"""Draw luck that belongs to a person, not to the order of the loop.

Every number is a pure function of ``(seed, purpose, id, index)``, made by the
counter-based generator Philox4x32-10. Two schemes therefore meet the same luck,
and neither order nor the number of workers can change it.

Source: salmon2011 (known-answer vectors in the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

_MULTIPLIER = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_ROUNDS = 10

Ids = npt.NDArray[np.integer] | npt.NDArray[np.str_] | Sequence[str] | Sequence[int]


def philox(counter: npt.NDArray[np.uint64], key: tuple[int, int]) -> npt.NDArray[np.uint64]:
    """Return Philox4x32-10 of ``counter`` (n, 4) of 32-bit words under ``key``."""
    c0, c1, c2, c3 = (counter[:, i].astype(np.uint64) for i in range(4))
    k0, k1 = key
    for _ in range(_ROUNDS):
        p0, p1 = _MULTIPLIER[0] * c0, _MULTIPLIER[1] * c2
        c0, c1, c2, c3 = (
            (p1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1)


def draw(seed: int, purpose: str, ids: Ids, *, count: int = 1) -> npt.NDArray[np.float64]:
    """Return uniform numbers in [0, 1) for each id.

    Parameters
    ----------
    seed
        Number of the repetition; any integer.
    purpose
        What the luck is for, such as ``"premovement"``: two purposes are independent.
    ids
        Shape (n,), integers or texts. The same id gets the same number wherever it stands.
    count
        Numbers per id.

    Returns
    -------
    Shape (n,) when ``count`` is 1, else (n, count).

    Examples
    --------
    >>> a = draw(1, "reaction", ["p2", "p1"])
    >>> b = draw(1, "reaction", ["p1", "p2"])
    >>> bool((a == b[::-1]).all())
    True
    """
    key = _key(seed, purpose)
    low, high = _words(ids)
    n = low.shape[0]
    out = np.empty((n, count), dtype=np.float64)
    for block in range((count + 1) // 2):
        counter = np.empty((n, 4), dtype=np.uint64)
        counter[:, 0], counter[:, 1] = low, high
        counter[:, 2], counter[:, 3] = np.uint64(block), np.uint64(0)
        words = philox(counter, key)
        for half in range(2):
            column = 2 * block + half
            if column < count:
                out[:, column] = _to_unit(words[:, 2 * half], words[:, 2 * half + 1])
    return out[:, 0] if count == 1 else out


def _to_unit(high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    bits = ((high << _SHIFT) | low) >> np.uint64(11)
    return bits.astype(np.float64) * 2.0**-53


def _key(seed: int, purpose: str) -> tuple[int, int]:
    digest = blake2b(f"{seed}|{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def _words(ids: Ids) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    array = np.asarray(ids)
    if array.dtype.kind in "iu":
        whole = array.astype(np.int64).view(np.uint64)
    else:
        known: dict[str, int] = {}
        values = [str(item) for item in array.tolist()]
        for text in values:
            if text not in known:
                known[text] = int.from_bytes(
                    blake2b(text.encode(), digest_size=8).digest(), "little"
                )
        whole = np.fromiter((known[text] for text in values), dtype=np.uint64, count=len(values))
    return whole & _LOW, whole >> _SHIFT
