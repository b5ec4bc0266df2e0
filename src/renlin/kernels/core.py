"""Hand the world to compiled functions as one pointer.

A tuple of arrays is passed as some two hundred numbers at every call, which costs
ten times what the functions do with them.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.experimental import structref

from renlin.kernels.compiled import compiled
from renlin.kernels.world import World


@structref.register
class CoreType(types.StructRef):  # type: ignore[misc]
    """Numba's type of :class:`Core`."""

    def preprocess_fields(self, fields: Any) -> Any:
        """Return the fields without literal types."""
        return tuple((name, types.unliteral(kind)) for name, kind in fields)

    @property
    def mangling_args(self) -> tuple[str, tuple[()]]:
        """Return a short name for symbols; there is one such type only."""
        return "Core", ()


class Core(structref.StructRefProxy):  # type: ignore[misc]
    """A :class:`World` whose fields compiled functions reach through one pointer."""


structref.define_proxy(Core, CoreType, list(World._fields))


@compiled
def gathered(world: World) -> World:
    """Return ``world`` behind one pointer; same fields, same arrays."""
    return Core(*world)  # type: ignore[no-any-return]
