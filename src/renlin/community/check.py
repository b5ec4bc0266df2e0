"""Ask whether the layers of a community agree with each other.

Opening a folder already checks every cell against its schema. This room checks
across tables: what contradicts (an error) and what weakens an answer (a remark).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from renlin.community.community import Community
from renlin.errors import Fault, Said

Level = Literal["error", "remark"]


@dataclass(frozen=True)
class Remark:
    """One disagreement, and how much it matters."""

    level: Level
    fault: Fault


def check(place: Community) -> list[Remark]:
    """Return every disagreement between the layers of ``place``, errors first."""
    remarks = [
        *_floors(place),
        *_hazard_places(place),
        *_doors(place),
        *_doors_off_network(place),
        *_walks(place),
        *_pairs(place),
        *_residents(place),
        *_outlines(place),
        *_scenario_places(place),
    ]
    return sorted(remarks, key=lambda r: (r.level != "error", r.fault))


def _floors(place: Community) -> Iterator[Remark]:
    units = place["entrances"].set_index("entrance")
    storeys = place["buildings"].set_index("building")["floors"]
    for number, row in enumerate(place["dwellings"].to_dict("records"), start=2):
        unit = row["entrance"]
        if pd.isna(row["floor"]) or unit not in units.index:
            continue
        own = units["floors"][unit]
        limit = own if not pd.isna(own) else storeys.get(units["building"][unit])
        if limit is not None and not pd.isna(limit) and row["floor"] > limit:
            yield Remark(
                "error",
                Fault(
                    "layers/dwellings.csv",
                    Said(f"不高于 {limit} 层", f"at most storey {limit}"),
                    Said(f"{row['floor']} 层", f"storey {row['floor']}"),
                    Said("核对房号或楼层数。", "Check the door number or the storeys of the unit."),
                    number,
                    "floor",
                ),
            )


def _hazard_places(place: Community) -> Iterator[Remark]:
    for table in ("hazards", "sensors"):
        for number, row in enumerate(place[table].to_dict("records"), start=2):
            known = (
                place[row["place_table"]].iloc[:, 0] if row["place_table"] in place.tables else ()
            )
            if row["place"] not in set(known):
                yield Remark(
                    "error",
                    Fault(
                        f"layers/{table}.csv",
                        Said(f"{row['place_table']} 里有的编号", f"a key of {row['place_table']}"),
                        Said("没有这个编号", "no such key"),
                        Said("改正 place 或 place_table。", "Correct place or place_table."),
                        number,
                        "place",
                    ),
                )


def _doors(place: Community) -> Iterator[Remark]:
    outlines = dict(
        zip(place["buildings"]["building"], place["buildings"]["geometry"], strict=True)
    )
    limit = place.catalogue.number("door_to_building_limit")
    for number, row in enumerate(place["entrances"].to_dict("records"), start=2):
        outline = outlines.get(row["building"])
        if outline is not None and row["geometry"].distance(outline) > limit:
            yield Remark(
                "error",
                Fault(
                    "layers/entrances",
                    Said(f"离本楼不超过 {limit:g} 米", f"within {limit:g} m of its building"),
                    Said(
                        f"{row['geometry'].distance(outline):.0f} 米",
                        f"{row['geometry'].distance(outline):.0f} m",
                    ),
                    Said("核对楼号，或查坐标系。", "Check the building, or the coordinate system."),
                    number,
                    "geometry",
                ),
            )


def _doors_off_network(place: Community) -> Iterator[Remark]:
    joined = set(place.network.links.loc[place.network.links["kind"] == "approach", "link"])
    component = place.network.component
    for number, unit in enumerate(place["entrances"]["entrance"], start=2):
        node = place.network.node_of["entrances", unit]
        if f"approach/{unit}" not in joined:
            got = Said("附近没有路", "no way nearby")
        elif component[node] != 0:
            got = Said("只连到一段孤立的路", "joined to an island of the network only")
        else:
            continue
        yield Remark(
            "remark",
            Fault(
                "layers/entrances",
                Said("单元门接到主路网", "a door on the main network"),
                got,
                Said(
                    "补画这一段路；在此之前按「未知」计。",
                    "Draw the missing way; until then it counts as unknown.",
                ),
                number,
                "geometry",
            ),
        )


def _walks(place: Community) -> Iterator[Remark]:
    for number, shape in enumerate(place["walks"]["geometry"], start=2):
        if shape.length <= 0:
            yield Remark(
                "error",
                Fault(
                    "layers/walks",
                    Said("有长度的线", "a line with a length"),
                    Said("长度为 0", "length 0"),
                    Said("删掉或重画。", "Delete or draw it again."),
                    number,
                    "geometry",
                ),
            )


def _pairs(place: Community) -> Iterator[Remark]:
    helpers = place["helpers"].set_index("helper")
    load = place["pairs"].groupby("helper").size()
    for helper, n in load.items():
        capacity = helpers["capacity"].get(helper)
        if capacity is not None and not pd.isna(capacity) and n > capacity:
            yield Remark(
                "remark",
                Fault(
                    "layers/pairs.csv",
                    Said(f"最多 {capacity} 户", f"at most {capacity} households"),
                    Said(f"{n} 户", f"{n} households"),
                    Said("给这位帮手减担子。", "Lighten this helper's load."),
                    None,
                    "helper",
                ),
            )


def _residents(place: Community) -> Iterator[Remark]:
    lost = place["households"]["dwelling"].isna()
    if lost.any():
        n = int(lost.sum())
        yield Remark(
            "remark",
            Fault(
                "layers/households.csv",
                Said("每户有住房", "a dwelling for every household"),
                Said(f"{n} 户没有", f"{n} without one"),
                Said(
                    "补查地址；这些户的位置按「未知」计。",
                    "Ask for the address; they count as unknown.",
                ),
                None,
                "dwelling",
            ),
        )


def _outlines(place: Community) -> Iterator[Remark]:
    shapes = list(place["buildings"]["geometry"])
    names = list(place["buildings"]["building"])
    index = place["buildings"].sindex
    for first, second in zip(*index.query(shapes, predicate="overlaps"), strict=True):
        if first < second and shapes[first].intersection(shapes[second]).area > 1.0:
            yield Remark(
                "remark",
                Fault(
                    "layers/buildings",
                    Said("互不重叠的楼", "buildings that do not overlap"),
                    Said(
                        f"{names[first]} 与 {names[second]} 重叠",
                        f"{names[first]} overlaps {names[second]}",
                    ),
                    Said("核对轮廓。", "Check the outlines."),
                    int(first) + 2,
                    "geometry",
                ),
            )


def _scenario_places(place: Community) -> Iterator[Remark]:
    tables = {
        "entrance": "entrances",
        "building": "buildings",
        "walk": "walks",
        "space": "spaces",
        "household": "households",
        "facility": "facilities",
    }
    for scenario in place.scenarios.values():
        for role, key in scenario.places.items():
            table = tables.get(role.split("_")[0])
            if table is None or key not in set(place[table].iloc[:, 0]):
                yield Remark(
                    "error",
                    Fault(
                        f"scenarios/{scenario.code}.toml",
                        Said("社区里有的地点", "a place of the community"),
                        Said("没有这个编号", "no such key"),
                        Said("改正 places。", "Correct places."),
                        None,
                        f"places.{role}",
                    ),
                )
