"""Compile functions: inner ones as part of the entries that call them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Return ``function`` compiled for use by other compiled functions only.

    Division by zero gives inf as in NumPy. No fast-math: the same input must give
    the same bits everywhere.
    """
    make = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return make(function)  # type: ignore[no-any-return]


def entry(function: Function) -> Function:
    """Return ``function`` compiled, kept on disk, and letting other threads run."""
    make = njit(error_model="numpy", cache=True, nogil=True, no_cfunc_wrapper=True)
    return make(function)  # type: ignore[no-any-return]


def sources() -> str:
    """Return a mark of this package's files that changes when any of them does."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    known = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return blake2b(repr(known).encode(), digest_size=8).hexdigest()
