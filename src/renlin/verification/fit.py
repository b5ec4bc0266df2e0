"""Ask whether numbers could have come from a stated distribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError
from scipy.stats import kstest

from renlin.catalogue.models import Value
from renlin.simulation.luck import sample

Floats = npt.NDArray[np.float64]

N_QUANTILES = 20_001
"""Points of the distribution function: it is known to 1/20,000 of probability."""
PARTS = ("distribution", "value", "sd", "shape", "low", "high", "shift")


def stated(of: Mapping[str, Any]) -> Value:
    """Return the distribution that ``of`` states; the middle of a uniform one may be left out.

    Raises
    ------
    ValidationError
        When it lacks what its kind needs.
    """
    parts = {name: of[name] for name in PARTS if name in of}
    if "value" not in parts and {"low", "high"} <= set(parts):
        parts["value"] = (float(parts["low"]) + float(parts["high"])) / 2.0
    return Value(unit="", source="", **parts)


def lacking(of: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the distribution that ``of`` states, None when nothing is."""
    try:
        made = stated(of)
    except (ValidationError, ValueError, TypeError) as error:
        return str(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)
    return "a distribution that spreads" if made.distribution == "point" else None


def p_value(found: Floats, of: Mapping[str, Any]) -> float:
    """Return the two-sided exact p-value of the test of Kolmogorov and Smirnov.

    The distribution function is read off the quantiles that draws are made from, so that
    bounds and shift count alike. NaN where there is nothing to test.
    """
    if len(found) == 0:
        return float("nan")
    shares = np.linspace(0.0, 1.0, N_QUANTILES)[1:-1]
    at = sample(stated(of), shares)
    return float(kstest(found, lambda x: np.interp(x, at, shares, left=0.0, right=1.0)).pvalue)
