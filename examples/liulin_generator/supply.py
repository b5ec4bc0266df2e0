"""Draw the power and water nodes that the buildings hang on."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

SOUTH = tuple(f"b{n:02d}" for n in range(1, 17))
NORTH = tuple(f"b{n:02d}" for n in range(17, 31))
PUBLIC = ("p-canteen", "p-elders", "p-office")
HIGH = ("b19", "b20", "b23", "b24", "b25", "b26", "b27", "b28", "b29", "b30")
"""Six storeys: the street's pressure does not reach their top, a pump fills a tank."""


def utilities() -> list[Row]:
    """Return the rows of ``utilities``: two transformers, two mains, a pump with its tank."""
    columns = ("utility", "kind", "name", "service", "fed_by", "needs", "reserve_hours", "serves")
    low = [name for name in (*SOUTH, *NORTH, *PUBLIC) if name not in HIGH]
    rows = (
        ("t-south", "transformer", "南变压器", "power", None, None, None, ";".join(SOUTH)),
        ("t-north", "transformer", "北变压器", "power", None, None, None, None),
        ("c-north", "cabinet", "北院配电柜", "power", "t-north", None, None, ";".join(NORTH)),
        ("c-public", "cabinet", "公共楼配电柜", "power", "t-north;t-south", None, None,
         ";".join(PUBLIC)),
        ("m-street", "main", "街上水管", "water", None, None, None, None),
        ("m-loop", "main", "院内环管", "water", "m-street", None, None, ";".join(low)),
        ("pump", "pump", "水泵房", "water", "m-street", "c-north", None, None),
        ("tank", "tank", "屋顶水箱", "water", "pump", None, 8.0, ";".join(HIGH)),
    )  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in rows]
