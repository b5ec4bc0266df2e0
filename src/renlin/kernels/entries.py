"""Open the compiled loop to Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from renlin.kernels.audit import audit
from renlin.kernels.compiled import entry, sources
from renlin.kernels.core import gathered
from renlin.kernels.loop import close, nothing_left, run_steps, set_out
from renlin.kernels.world import Records, Tables, World


class Entries(NamedTuple):
    """The functions that Python calls."""

    begin: Callable[[World, Tables], None]
    advance: Callable[[World, Tables, Records, float], int]
    is_over: Callable[[World, Tables], bool]
    prove: Callable[[World], int]
    finish: Callable[[World, Records, float], None]


@cache
def entries() -> Entries:
    """Return the compiled functions, compiling or loading them on first use.

    ``made_from`` is part of the key under which compiled code is kept: a change in
    any file of the kernel makes it compile anew.
    """
    made_from = sources()

    @entry
    def begin(world: World, tables: Tables) -> None:
        made_from  # noqa: B018
        set_out(gathered(world), tables)

    @entry
    def advance(world: World, tables: Tables, rows: Records, until: float) -> int:
        made_from  # noqa: B018
        return run_steps(gathered(world), tables, rows, until)

    @entry
    def is_over(world: World, tables: Tables) -> bool:
        made_from  # noqa: B018
        return nothing_left(gathered(world), tables)

    @entry
    def prove(world: World) -> int:
        made_from  # noqa: B018
        return audit(gathered(world))

    @entry
    def finish(world: World, rows: Records, time: float) -> None:
        made_from  # noqa: B018
        close(gathered(world), rows, time)

    return Entries(begin, advance, is_over, prove, finish)
