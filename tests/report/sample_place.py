"""Draw an invented community (示例数据): sixteen walk-up blocks, a green, two open gates."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate

from renlin.catalogue.load import Catalogue, load
from renlin.community.community import Community
from renlin.community.settings import Policy, Scenario, Scheme, Settings, Study
from renlin.community.tables import conform, empty
from renlin.random_streams import draw

CRS = "EPSG:32650"
ORIGIN = (500000.0, 3500000.0)
UNIT = 13.0
DEPTH = 11.0
COLUMNS = (0.0, 70.0, 140.0)
ROW = 31.0
GROUPS = (
    "general", "over_80", "wheelchair", "stick_slow", "low_vision", "hard_of_hearing",
    "pregnant_infant", "tenant",
)  # fmt: skip
SHARES = (0.71, 0.08, 0.016, 0.055, 0.013, 0.012, 0.045, 0.069)


def turned(shape):
    """Turn the drawing by six degrees, as real blocks stand."""
    centre = (ORIGIN[0] + 100, ORIGIN[1] - 90)
    return rotate(shape, 6, origin=centre)


def at(x: float, y: float) -> tuple[float, float]:
    return ORIGIN[0] + x, ORIGIN[1] + y


def rectangle(x: float, y: float, width: float, height: float) -> Polygon:
    corners = [(x, y), (x + width, y), (x + width, y - height), (x, y - height)]
    return turned(Polygon([at(*corner) for corner in corners]))


def path(*points: tuple[float, float]) -> LineString:
    return turned(LineString([at(*point) for point in points]))


def spot(x: float, y: float) -> Point:
    return turned(Point(*at(x, y)))


def blocks() -> list[tuple[str, float, float, int]]:
    """Return number, x, y and count of units of each block."""
    layout = [
        [4, 4, 4], [4, 4, 4], [4, 0, 4], [4, 4, 4], [4, 4, 3], [3, 4, 0],
    ]  # fmt: skip
    made = []
    for row, counts in enumerate(layout):
        for column, units in enumerate(counts):
            if units:
                made.append((str(len(made) + 1), COLUMNS[column], -ROW * row, units))
    return made


def buildings() -> gpd.GeoDataFrame:
    rows = [
        {
            "building": f"b{int(number):02d}", "name": f"{number}号楼", "floors": 6,
            "use": "dwelling", "structure": "brick_concrete", "lift": False,
            "geometry": rectangle(x, y, UNIT * units, DEPTH),
        }
        for number, x, y, units in blocks()
    ]  # fmt: skip
    rows.append(
        {
            "building": "k1",
            "name": "幼儿园",
            "use": "public",
            "geometry": rectangle(140, -158, 50, 16),
        }
    )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def entrances() -> gpd.GeoDataFrame:
    rows = [
        {
            "entrance": f"b{int(number):02d}-{unit + 1}", "building": f"b{int(number):02d}",
            "name": f"{unit + 1}单元", "floors": 6,
            "geometry": spot(x + UNIT * (unit + 0.5), y - DEPTH),
        }
        for number, x, y, units in blocks()
        for unit in range(units)
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def walks() -> gpd.GeoDataFrame:
    lines = {
        "street-west": ("road", 8.0, path((-16, 30), (-16, -190))),
        "street-north": ("road", 9.0, path((-60, 18), (260, 18))),
        "street-east": ("road", 8.0, path((206, 30), (206, -190))),
        "lane-1": ("lane", 4.0, path((61, 18), (61, -175))),
        "lane-2": ("lane", 4.0, path((131, 18), (131, -175))),
        "to-ground": ("footway", 3.0, path((206, -46), (216, -46))),
    }
    for row in range(6):
        y = -ROW * row - 17
        lines[f"row-{row}"] = ("footway", 3.0, path((-16, y), (61, y), (131, y), (206, y)))
    rows = [
        {"walk": name, "kind": kind, "width": width, "geometry": shape}
        for name, (kind, width, shape) in lines.items()
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def gates() -> gpd.GeoDataFrame:
    rows = [
        {
            "gate": "north",
            "name": "北门",
            "width": 4.0,
            "open_hours": None,
            "geometry": spot(61, 12),
        },
        {
            "gate": "east",
            "name": "东门",
            "width": 3.0,
            "open_hours": None,
            "geometry": spot(206, -46),
        },
        {
            "gate": "west",
            "name": "西门",
            "width": 3.0,
            "open_hours": "06:00-22:00",
            "geometry": spot(-16, -110),
        },
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def spaces() -> gpd.GeoDataFrame:
    rows = [
        {
            "space": "ground",
            "name": "小学操场",
            "kind": "school_yard",
            "geometry": rectangle(216, -25, 38, 60),
        },
        {"space": "green", "name": "绿地", "kind": "green", "geometry": rectangle(72, -64, 50, 16)},
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def facilities() -> gpd.GeoDataFrame:
    rows = [
        {
            "facility": "s1",
            "kind": "shelter",
            "name": "小学操场避难点",
            "space": "ground",
            "capacity": 900,
            "geometry": spot(235, -55),
        },
        {"facility": "c1", "kind": "clinic", "name": "卫生站", "geometry": spot(-34, -28)},
    ]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)
    return frame.assign(x=frame.geometry.x, y=frame.geometry.y)


def people(doors: gpd.GeoDataFrame) -> dict[str, pd.DataFrame]:
    """Return dwellings, households and persons; groups are drawn, south blocks older."""
    dwellings, households, persons = [], [], []
    for place in doors["entrance"]:
        few = place == "b16-1"
        for floor in range(1, 7):
            for side in range(1, 4):
                if few and (floor > 1 or side > 2):
                    continue
                home = f"{place}-{floor}0{side}"
                dwellings.append(
                    {"dwelling": home, "entrance": place, "floor": floor, "door": f"{floor}0{side}"}
                )
                households.append(
                    {
                        "household": f"h{len(households):04d}",
                        "dwelling": home,
                        "origin": "registered",
                    }
                )
    sizes = draw(1, "sample.size", [h["household"] for h in households])
    for home, share in zip(households, sizes, strict=True):
        persons.extend(
            {
                "person": f"{home['household']}-{i}",
                "household": home["household"],
                "origin": "registered",
            }
            for i in range(1 + int(share * 4) % 4)
        )
    frame = pd.DataFrame(persons)
    frame["age"] = np.where(groups(frame["person"]) == "over_80", 84, 45)
    return {
        "dwellings": pd.DataFrame(dwellings),
        "households": pd.DataFrame(households),
        "persons": frame,
    }


def groups(persons: pd.Series) -> np.ndarray:
    """Return the invented display group of each person."""
    chance = draw(1, "sample.group", persons)
    return np.array(GROUPS)[np.searchsorted(np.cumsum(SHARES)[:-1], chance)]


def typed(frame: pd.DataFrame, name: str, catalogue: Catalogue) -> pd.DataFrame:
    """Return a table as the folder would bring it, with every column of its schema."""
    plain = pd.DataFrame(frame.drop(columns="geometry") if name == "facilities" else frame)
    raw = plain.astype("object").where(plain.notna(), None)
    done = conform(raw, name, catalogue, place=name)
    assert not done.faults, done.faults[0].text("en")
    if "geometry" not in frame:
        return done.table
    return gpd.GeoDataFrame(done.table, geometry=list(frame["geometry"]), crs=CRS)


def community() -> Community:
    """Return the invented community, marked 示例数据."""
    catalogue = load()
    tables = {name: empty(catalogue, name) for name in catalogue.tables}
    doors = entrances()
    drawn = {
        "buildings": buildings(), "entrances": doors, "walks": walks(), "gates": gates(),
        "spaces": spaces(), "facilities": facilities(), **people(doors),
    }  # fmt: skip
    drawn["helpers"] = helpers(drawn["persons"])
    tables |= {name: typed(frame, name, catalogue) for name, frame in drawn.items()}
    schemes = {
        "widen": Scheme(
            code="widen", zh="拓宽主通道", en="wider main lane", view="universal", cost=860000
        ),
        "chairs": Scheme(
            code="chairs",
            zh="搬运椅和结对",
            en="carry chairs and pairs",
            view="equity",
            cost=860000,
        ),
        "lights": Scheme(code="lights", zh="楼道照明", en="stair lights", cost=400000),
        "ramps": Scheme(code="ramps", zh="坡道分流", en="separate ramps", cost=700000),
        "gate-south": Scheme(
            code="gate-south", zh="南墙开门", en="a gate in the south wall", cost=300000
        ),
    }
    return Community(
        settings=_settings(), policy=_policy(), study=_study(tuple(schemes)), catalogue=catalogue,
        tables=tables, schemes=schemes, scenarios=_scenarios(),
    )  # fmt: skip


def helpers(persons: pd.DataFrame) -> pd.DataFrame:
    general = persons[groups(persons["person"]) == "general"]
    chosen = general.drop_duplicates("household").iloc[::9]
    rows = pd.DataFrame(
        {"helper": [f"p{i:03d}" for i in range(len(chosen))], "person": chosen["person"].to_numpy(),
         "kind": "neighbour"}
    )  # fmt: skip
    staff = pd.DataFrame([{"helper": "duty", "person": None, "kind": "staff", "facility": "c1"}])
    return pd.concat([rows, staff], ignore_index=True)


def _settings() -> Settings:
    return Settings(
        code="liuyin", name="柳荫里社区", name_en="Liuyinli", kind="work_unit", datum="wgs84",
        crs=CRS, survey_date=dt.date(2026, 11, 1), holder="street office", phone="8XX-0000",
        sample=True, attribution="示意底图",
    )  # fmt: skip


def _policy() -> Policy:
    return Policy(
        epsilon=0.15, majority_loss=60.0, reference="general", worst_share=0.1, confidence=0.95,
        value_weight="floor_area", tiers=(), services=("shelter",), risk_percentile=0.8,
        speed_density={"level": "weidmann", "stair": "sfpe_stair"}, decided_by="社区韧性治理委员会",
        decided_on=dt.date(2026, 10, 12), source="assumption",
    )  # fmt: skip


def _study(schemes: tuple[str, ...]) -> Study:
    return Study(
        schemes=schemes, scenarios=("fire-stair", "quake"), main_scenario="fire-stair", seeds=30,
        budget=860000.0, plan_scenarios=("quake",),
    )  # fmt: skip


def _scenarios() -> dict[str, Scenario]:
    made = [
        Scenario(
            code="fire-stair",
            zh="3号楼2单元楼梯间起火",
            en="Fire in the stair of building 3, unit 2",
            kind="stair_fire",
            hour=2.0,
            horizon=1800.0,
            places={"entrance": "b03-2"},
        ),
        Scenario(
            code="quake",
            zh="地震后撤离",
            en="Leaving after an earthquake",
            kind="earthquake",
            hour=14.0,
            horizon=1800.0,
        ),
    ]
    return {scenario.code: scenario for scenario in made}
