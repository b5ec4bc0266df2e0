"""Say which responses were tried in the simulation here, and whether they helped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from renlin.catalogue.models import Response
from renlin.community.settings import Scheme

NO_CLAIM = ("data.", "gov.")
"""Levers that move what is known or who answers: nobody is said to be faster for them."""
LEARNS = (" calibrate", " measured", " verified")
"""Operations that update knowledge, not the world."""
FASTER, SLOWER = "faster", "slower"
EVERYBODY = ("all", "worst_decile", "gap")
_LEVER = re.compile(r"[a-z]+(?:\.[a-z0-9_]+)+")


def levers_of(text: str) -> frozenset[str]:
    """Return the levers a response names, without what it does to them.

    Examples
    --------
    >>> sorted(levers_of("assist.speed+ ; assist.carriers 4→2"))
    ['assist.carriers', 'assist.speed']
    """
    return frozenset(_LEVER.findall(text))


def claims_effect(response: Response) -> bool:
    """Return whether a response says that people get faster or safer for it."""
    parts = [part.strip() for part in response.lever.split(";")]
    return not all(
        part.startswith(NO_CLAIM) or any(word in f"{part} " for word in LEARNS) for part in parts
    )


def tried(
    responses: Mapping[str, Response], schemes: Mapping[str, Scheme], extra: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return response -> schemes that move its levers and no others.

    Parameters
    ----------
    extra
        Trigger -> world that tries exactly its response, such as the proposed pairs.
    """
    moved = {
        code: frozenset(edit.lever for edit in scheme.edit) for code, scheme in schemes.items()
    }
    found: dict[str, tuple[str, ...]] = {}
    for code, response in responses.items():
        named = levers_of(response.lever)
        alone = [scheme for scheme, levers in moved.items() if levers and levers <= named]
        own = [extra[response.trigger]] if response.trigger in extra else []
        found[code] = tuple(sorted({*alone, *own}))
    return found


def helped(comparison: pd.DataFrame, schemes: Iterable[str], display: str) -> bool:
    """Return whether one of the schemes surely made a group faster and no group slower.

    By the paired intervals of ``simulation.comparison``: in some scenario the group (or
    everybody, where the response concerns everybody) is faster, and in none is any group,
    the worst tenth or the gap worse. Inside the noise nothing is said to help.
    """
    group = display if display in set(comparison["display"]) else "all"
    for scheme in schemes:
        rows = comparison[comparison["scheme"] == scheme]
        better = rows.loc[rows["display"] == group, "verdict"] == FASTER
        if better.any() and not (rows["verdict"] == SLOWER).any():
            return True
    return False
