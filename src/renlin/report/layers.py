"""Write all layers as one GeoPackage: the map, what was found on it, nothing about one home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from renlin.community.community import GEOMETRY_TABLES
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.maps.units import homes
from renlin.report.openmap.found import contradiction_layer, facility_layers, site_layer
from renlin.report.openmap.units import unit_layer
from renlin.report.privacy import Reader, reader
from renlin.report.qgis import add_styles
from renlin.report.qgis_looks import titled
from renlin.report.readings.places import atlas
from renlin.study.results import Results

FILE = "community.gpkg"
COUNTS = (
    "persons", "persons_sure", "vulnerable", "unserved_vulnerable", "unserved", "unknown", "tier1",
    "tier2", "users",
    "users_vulnerable", "depends", "depends_vulnerable", "opens", "cut_off", "cut_off_households",
    "households",
)  # fmt: skip
"""Columns that count residents; below k they are left empty."""
UNTOLD = ("uncovered_around",)
"""Shares that would give a count below k away; no layer holds them."""


def write_geopackage(results: Results, folder: Path) -> Path:
    """Write every layer of the community and every finding with a geometry; return the path.

    Counts of fewer residents than the community allows are empty, and no layer holds a
    person or a household. ``findings`` lists layer, finding id and key. Layers have Chinese
    titles, names of fields and default styles for QGIS, with the classes and colours of the
    report. The same results give the same bytes.

    Parameters
    ----------
    results
        What the run found.
    folder
        Results folder; it is made when absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    partial = folder / f"{FILE}.partial.gpkg"
    partial.unlink(missing_ok=True)
    day = results.community.settings.survey_date.isoformat()
    book = _book(results)
    written = []
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
    try:
        for name, layer in layers(results, book):
            _write(layer, name, partial)
            written.append((table_of(name), layer))
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    add_styles(partial, [titled(book, name, layer) for name, layer in written], day)
    partial.replace(path)
    return path


def _book(results: Results) -> Book:
    settings = results.community.settings
    spoken = speak("zh", results.community.catalogue)
    return Book(results, spoken, reader("public", settings), "out")


def layers(results: Results, book: Book) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield every layer by name, in a stable order: those of the map first."""
    community, k = results.community, book.reader
    yield from _of_the_map(book)
    for table in GEOMETRY_TABLES:
        frame = community[table]
        if len(frame):
            yield table, frame
    for name in sorted(results.findings):
        found = results.findings[name].table
        if isinstance(found, gpd.GeoDataFrame) and len(found):
            yield name, _withheld(found, k)
    coverage = _coverage(results, k)
    if len(coverage):
        yield "coverage_by_entrance", coverage
    network = community.network
    if len(network.links):
        yield "network_links", network.links
    yield "findings", _index(results)


def _of_the_map(book: Book) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the layers the live map shows and no finding has as shapes."""
    drawn = atlas(book)
    if drawn is None:
        return
    _, circles = facility_layers(book)
    shown = (unit_layer(book, drawn), circles, contradiction_layer(book), site_layer(book))
    for one in shown:
        if len(one):
            yield f"map_{one.name}", one.frame()


def _withheld(table: gpd.GeoDataFrame, k: Reader) -> gpd.GeoDataFrame:
    """Return a layer in which counts under k, or of fewer homes than allowed, are empty.

    A row about one group that concerns fewer than k residents is left out with its shape: it
    would show behind which door they live; the severity of others is a count in disguise.
    Of rows by group within one place only those of everybody stay: the others would be
    known by subtraction.
    """
    made = table.drop(columns=[name for name in UNTOLD if name in table])
    if "display" in made and (made["display"] == "all").any():
        made = made[made["display"] == "all"]
    if {"group", "severity"} <= set(made.columns):
        few = made["persons"] < k.k_persons
        made["severity"] = made["severity"].mask(few)
        made = made[~((made["group"] != "all") & few)]
    n_homes = made.get("households", pd.Series(k.k_households, index=made.index))
    few_homes = n_homes.astype("Float64").fillna(0.0) < k.k_households
    for column in COUNTS:
        if column in made.columns:
            values = made[column].astype("Float64")
            few = (values > 0) & ((values < k.k_persons) | few_homes)
            made[column] = values.mask(few)
    return made


def _coverage(results: Results, k: Reader) -> gpd.GeoDataFrame:
    """Return residents covered, not covered and unknown by stairwell and service."""
    found = results.findings.get("space.coverage")
    doors = results.community["entrances"][["entrance", "building", "geometry"]]
    columns = [
        "entrance",
        "building",
        "service",
        "persons",
        "covered",
        "not_covered",
        "unknown",
        "geometry",
    ]
    if found is None or len(found.table) == 0:
        return gpd.GeoDataFrame(columns=columns, geometry="geometry", crs=doors.crs)
    counted = found.table.pivot_table(
        index=["entrance", "service"],
        columns="state",
        values="person",
        aggfunc="count",
        fill_value=0,
    )
    counted = counted.reindex(columns=["covered", "not_covered", "unknown"], fill_value=0)
    counted["persons"] = counted.sum(axis=1)
    households = homes(results.community).groupby("entrance")["household"].nunique()
    made = counted.reset_index().merge(doors, on="entrance", how="inner")
    n_homes = made["entrance"].map(households).fillna(0)
    few = (made["persons"] < k.k_persons) | (n_homes < k.k_households)
    for column in ("persons", "covered", "not_covered", "unknown"):
        made[column] = made[column].astype("Int64").mask(few)
    return gpd.GeoDataFrame(made[columns], geometry="geometry", crs=doors.crs)


def _index(results: Results) -> pd.DataFrame:
    rows = [
        {
            "finding": found.id, "name": name, "key": "|".join(found.provenance.key),
            "rows": len(found.table), "privacy": found.provenance.privacy,
            "synthetic": bool(found.provenance.synthetic),
        }
        for name, found in sorted(results.findings.items())
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["finding", "name", "key", "rows", "privacy", "synthetic"])


def table_of(name: str) -> str:
    """Return the table of the file that holds a layer."""
    return name.replace(".", "_")


def _write(layer: pd.DataFrame, name: str, path: Path) -> None:
    plain = {str(c): _column(layer[c]) for c in layer.columns if str(c) != "geometry"}
    geo = "geometry" in layer.columns
    frame = (
        gpd.GeoDataFrame(plain, geometry=list(layer["geometry"]), crs=getattr(layer, "crs", None))
        if geo
        else pd.DataFrame(plain)
    )
    pyogrio.write_dataframe(frame, path, layer=table_of(name), driver="GPKG", append=path.exists())


def _column(series: pd.Series) -> pd.Series:
    """Return a column as the format holds it: numbers, text, ISO dates."""
    kind = str(series.dtype)
    if kind.startswith("datetime"):
        days: pd.Series = series.dt.strftime("%Y-%m-%d").astype("object")
        return days.where(series.notna(), None)
    if kind in ("Int64", "Float64"):
        return (
            series.astype("Float64").astype("float64")
            if series.isna().any() or kind == "Float64"
            else series.astype("int64")
        )
    if kind == "boolean":
        return series.map({True: "yes", False: "no"}).astype("object").where(series.notna(), None)
    if kind in ("object", "str", "string"):
        return series.map(
            lambda v: (
                None
                if v is None or v is pd.NA or (isinstance(v, float) and np.isnan(v))
                else str(v)
            )
        ).astype("object")
    return series
