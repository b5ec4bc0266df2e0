"""Draw the power and water nodes that the buildings hang on."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

SOUTH = tuple(f"b{n:02d}" for n in range(1, 17))
NORTH = tuple(f"b{n:02d}" for n in range(17, 31))
YARD = ("b01", "b02")
PUBLIC = ("p-canteen", "p-elders", "p-office")
HIGH = ("b19", "b20", "b23", "b24", "b25", "b26", "b27", "b28", "b29", "b30")
"""Six storeys: the street's pressure does not reach their top, a pump fills a tank."""


def utilities() -> list[Row]:
    """Return the rows of ``utilities``: two transformers, two mains, a pump, a ring of gas."""
    columns = ("utility", "kind", "name", "service", "fed_by", "needs", "reserve_hours", "serves")
    low = [name for name in (*SOUTH, *NORTH, *PUBLIC) if name not in HIGH]
    ringed = ";".join(name for name in (*SOUTH, *NORTH) if name not in YARD)
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
        ("gs-north", "regulator", "北门调压站", "gas", None, None, None, None),
        ("gs-street", "regulator", "柳林路调压站", "gas", None, None, None, None),
        ("gm-west", "main", "西环燃气管", "gas", "gs-north;gs-street", None, None, ringed),
        ("gm-east", "main", "东环燃气管", "gas", "gs-north;gs-street", None, None, ringed),
        ("g-south", "regulator", "南院调压器", "gas", "gm-west;gm-east", None, None,
         ";".join(YARD)),
    )  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in rows]
