"""Make a community folder out of a map, for those who have no registers yet."""

from __future__ import annotations

import shutil
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.community.folder import open_community, read_policy
from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.intake.homes import dwelling_buildings, inferred_doors, landings
from renlin.intake.layers import NOTE_COLUMNS, MapLayers, framed
from renlin.intake.map_summary import MapSummary, inspect_map
from renlin.intake.osm import ATTRIBUTION, read_osm
from renlin.intake.osm_silence import unread
from renlin.intake.own_margins import copy_margins
from renlin.intake.place_files import Cell, write_layers, write_toml
from renlin.intake.population import Population, make_population

KINDS = ("courtyard", "work_unit", "modern")
__all__ = ["MapSummary", "NewPlace", "inspect_map", "new_community"]

_SETTINGS_HEAD = """由地图建成的社区。Made from a map.
建筑、道路来自地图；居民是合成的，不是真实的人。Residents, if any, are synthetic: nobody is real."""
_SCENARIO_HEAD = "改成本社区的情景。Adjust to the place."
_STUDY_HEAD = "先跑一遍的设定。A first study."


@dataclass(frozen=True)
class NewPlace:
    """What was made.

    Attributes
    ----------
    folder
        The community folder.
    counts
        Rows of each table, and what was assumed, dropped or not known.
    fit
        How the synthetic population meets its margins; empty without residents.
    """

    folder: Path
    counts: Mapping[str, int]
    fit: pd.DataFrame


def new_community(
    folder: str | Path,
    *,
    name: str,
    kind: str,
    osm: str | Path | None,
    residents: int | None = None,
    margins: str | Path | None = None,
    seed: int = 0,
) -> NewPlace:
    """Make a community folder from an OpenStreetMap file.

    Buildings, ways, gates, spaces and facilities are those of the map. Street doors that
    it does not show are put by rule on the side of the lane and marked ``inferred``; large
    open spaces become shelter candidates that nobody has designated. With ``residents``, a
    synthetic population is fitted to the margins of the community kind and lodged by floor
    area; storeys nobody knows stay unknown, and floors that rest on a typical number are
    marked doubtful. Everything dropped, mended or assumed is listed in ``layers/notes.csv``.

    Parameters
    ----------
    folder
        A folder that does not exist yet, or is empty.
    kind
        ``courtyard``, ``work_unit`` or ``modern``: whose margins and building habits hold.
    residents
        Synthetic residents to make; None makes none.
    margins
        A user's own shares, which replace the shipped ones margin by margin.
    seed
        Same map and seed, same folder, byte for byte.

    Raises
    ------
    DataFault
        When the map cannot be read, holds no building or way, or has no room for so many
        residents; when margins are faulty. Nothing is left behind then.
    """
    target = Path(folder).resolve()
    faults = _stated_wrongly(kind, residents)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        faults.append(_occupied(target))
    if osm is None:
        raise DataFault([*faults, _no_map()])
    raise_all(faults, DataFault)
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        if margins is not None:
            copy_margins(Path(margins), partial / "catalogue", load(), kind=kind)
        catalogue = load(partial / "catalogue")
        made = _Making(partial, Path(osm), catalogue, kind=kind, residents=residents, seed=seed)
        made.write(partial, name=name, code=target.name)
        open_community(partial)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if target.exists():
        target.rmdir()
    partial.rename(target)
    return NewPlace(target, made.counts(), made.fit)


class _Making:
    """The tables of one new community, before they are written."""

    def __init__(
        self,
        folder: Path,
        osm: Path,
        catalogue: Catalogue,
        *,
        kind: str,
        residents: int | None,
        seed: int,
    ) -> None:
        self.catalogue, self.kind = catalogue, kind
        self.layers = read_osm(osm, catalogue)
        _refuse_empty(self.layers, osm)
        self.date = max(filter(None, (self.layers.date, read_policy(folder).decided_on)))
        buildings = self.layers.tables["buildings"]
        self.homes = dwelling_buildings(buildings, self.layers.grounds, catalogue, kind=kind)
        self.entrances = self._entrances(buildings)
        self.people = self._people(residents, seed)

    @property
    def fit(self) -> pd.DataFrame:
        """Return how the margins are met."""
        return self.people.fit if self.people is not None else pd.DataFrame()

    def _entrances(self, buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        mapped = self.layers.tables["entrances"]
        walks = self.layers.tables["walks"]
        doors = inferred_doors(self.homes, buildings, mapped, walks, self.catalogue, kind=self.kind)
        rows = [*mapped.to_dict("records"), *doors]
        return framed(rows, "entrances", self.catalogue, self.layers.crs)

    def _people(self, residents: int | None, seed: int) -> Population | None:
        if residents is None:
            return None
        if not len(self.homes):
            raise DataFault(_homeless())
        spots = landings(self.homes, self.entrances)
        return make_population(residents, spots, self.catalogue, kind=self.kind, seed=seed)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table with rows."""
        found: dict[str, pd.DataFrame] = {**self.layers.tables, "entrances": self.entrances}
        if self.people is not None:
            for table in ("persons", "households", "dwellings", "facts"):
                found[table] = getattr(self.people, table)
            found["facts"] = found["facts"].assign(observed_on=self.date.isoformat())
        return found

    def notes(self) -> pd.DataFrame:
        """Return everything dropped, mended or assumed."""
        rows = [
            ("buildings", str(home["building"]), *_assumed(home))
            for home in self.homes.to_dict("records")
            if home["assumed"] or home["floors_assumed"]
        ]
        if self.layers.date != self.date:
            drawn = self.layers.date.isoformat() if self.layers.date else "—"
            why = f"地图日期 {drawn}；按准则生效之日 {self.date.isoformat()} 评估"
            said = (
                f"map of {drawn}; assessed on the day the policy was set, {self.date.isoformat()}"
            )
            rows.append(("community", "survey_date", why, said))
        if self.people is not None and self.people.reached != self.people.requested:
            n, asked = self.people.reached, self.people.requested
            why = f"要 {asked} 人，整户只能凑到 {n} 人"
            rows.append(("persons", "all", why, f"{asked} asked, whole households reach {n}"))
        own = pd.DataFrame(rows, columns=list(NOTE_COLUMNS), dtype="str")
        told = self.layers
        every = (told.dropped, told.mended, unread(told.unknown), told.unheld, own)
        parts = [part for part in every if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else own

    def counts(self) -> dict[str, int]:
        """Return rows per table and what rests on a rule."""
        found = {name: len(frame) for name, frame in self.tables().items()}
        found["doors_inferred"] = int(self.entrances["inferred"].fillna(False).astype(bool).sum())
        found["homes_assumed"] = int(self.homes["assumed"].sum())
        found["storeys_assumed"] = int(self.homes["floors_assumed"].sum())
        found["dropped"] = len(self.layers.dropped)
        found["mended"] = len(self.layers.mended)
        found["unknown_tag_values"] = len(self.layers.unknown)
        return found

    def write(self, folder: Path, *, name: str, code: str) -> None:
        """Write the whole folder."""
        write_layers(self.tables(), self.notes(), folder, day=self.date)
        fields: dict[str, Cell] = {
            "code": code,
            "name": name,
            "name_en": name if name.isascii() else code,
            "kind": self.kind,
            "datum": "wgs84",
            "crs": self.layers.crs,
            "coordinates": "projected",
            "survey_date": self.date,
            "holder": "",
            "attribution": ATTRIBUTION,
            "synthetic": self.people is not None,
        }
        write_toml(folder / "community.toml", fields, heading=_SETTINGS_HEAD)
        self._write_scenarios(folder)

    def _write_scenarios(self, folder: Path) -> None:
        """Write a first set of scenarios and a study of them."""
        when: dict[str, Cell] = {
            "hour": self.catalogue.number("new_place_hour"),
            "horizon": self.catalogue.number("time_horizon"),
        }
        made: dict[str, dict[str, Cell]] = {
            "quake": {
                "zh": "地震后撤离",
                "en": "Evacuation after an earthquake",
                "kind": "earthquake",
            }
        }
        fullest = self._fullest_entrance()
        if fullest is not None:
            key, called = fullest
            made["fire"] = {
                "zh": f"{called} 楼梯间起火",
                "en": f"Fire in the stair of {key}",
                "kind": "stair_fire",
                "places": {"entrance": key},
            }
        for code, fields in made.items():
            path = folder / "scenarios" / f"{code}.toml"
            write_toml(path, {"code": code, **fields, **when}, heading=_SCENARIO_HEAD)
        study: dict[str, Cell] = {
            "schemes": [],
            "scenarios": sorted(made),
            "main_scenario": "quake",
            "seeds": int(self.catalogue.number("new_place_seeds")),
        }
        write_toml(folder / "study.toml", study, heading=_STUDY_HEAD)

    def _fullest_entrance(self) -> tuple[str, str] | None:
        """Return the unit with most residents, and what it is called."""
        if self.people is None or not len(self.people.persons):
            return None
        home = self.people.households.merge(self.people.dwellings, on="dwelling")
        where = self.people.persons.merge(home[["household", "entrance"]], on="household")
        sizes = where.groupby("entrance", sort=True).size()
        key = str(sizes.index[int(sizes.to_numpy().argmax())])
        row = self.entrances[self.entrances["entrance"] == key].iloc[0]
        buildings = self.layers.tables["buildings"]
        owner = buildings[buildings["building"] == row["building"]].iloc[0]
        return key, f"{owner['name']} {row['name']}"


def _assumed(home: Mapping[Hashable, Any]) -> tuple[str, str]:
    """Return what was assumed of one building, in both languages."""
    zh, en = [], []
    if home["assumed"]:
        zh.append("用途不明，假定有人住")
        en.append("use unknown, assumed to be lived in")
    if home["floors_assumed"]:
        zh.append(f"层数不明，安置合成居民时按 {home['floors']} 层")
        en.append(f"storeys unknown, {home['floors']} used to lodge synthetic residents")
    return "；".join(zh), "; ".join(en)


def _refuse_empty(layers: MapLayers, path: Path) -> None:
    faults = [
        Fault(
            path.name,
            Said(f"地图里有{zh}", f"{en} on the map"),
            Said("一个也没有", "none"),
            Said("换一份范围更大的地图。", "Take a map of a wider area."),
        )
        for table, zh, en in (("buildings", "建筑", "buildings"), ("walks", "可步行的路", "ways"))
        if not len(layers.tables[table])
    ]
    if faults:
        raise DataFault(faults)


def _no_map() -> Fault:
    return Fault(
        "--osm",
        Said("一份 OSM 地图", "an OpenStreetMap file"),
        Said("没有给", "none given"),
        Said("用 --osm 指定文件。", "Name it with --osm."),
    )


def _occupied(folder: Path) -> Fault:
    return Fault(
        folder.name,
        Said("还不存在或空的文件夹", "a folder that does not exist yet, or is empty"),
        Said("里面已有文件", "one that holds files"),
        Said("换一个名字，或先移走它。", "Choose another name, or move it away first."),
    )


def _homeless() -> Fault:
    return Fault(
        "buildings",
        Said("至少一栋可以住人的楼", "at least one building people may live in"),
        Said("没有", "none"),
        Said("在地图里给住宅楼加上 building=residential。", "Tag dwellings building=residential."),
    )


def _stated_wrongly(kind: str, residents: int | None) -> list[Fault]:
    """Return what is wrong with the kind and the number asked for."""
    faults = []
    if kind not in KINDS:
        known = Said("、".join(KINDS), "|".join(KINDS))
        faults.append(Fault("--type", known, Said(kind, kind), did_you_mean(kind, KINDS)))
    if residents is not None and residents < 1:
        remedy = Said("不要合成居民就不写这一项。", "Leave it out to make no residents.")
        got = Said(str(residents), str(residents))
        faults.append(Fault("--residents", Said("至少 1", "at least 1"), got, remedy))
    return faults
