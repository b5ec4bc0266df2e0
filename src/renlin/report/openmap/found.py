"""Give what was found as layers: points, paper only, gaps, contradictions, sites, places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.maps.walks import ways
from renlin.report.openmap.layer import Layer, Row, layer
from renlin.report.pages.gaps import paper_rows, word_of_cause
from renlin.report.pages.points import fix
from renlin.report.readings import compared, naming
from renlin.report.readings.places import Atlas, of_unit, risk_words, services, where
from renlin.report.tables import rows_of

ROUND = 24
"""Pieces of a quarter of a drawn circle."""


def _people(book: Book, n: Any) -> str:
    """Return a number of residents as this reader may see it."""
    if not numbers.known(n):
        return book.language.word("unknown")
    shown = book.reader.sees(float(n))
    return numbers.persons(float(n), book.language.code) if shown else compared.fewer(book)


def point_layer(book: Book, atlas: Atlas) -> Layer:
    """Return the points of high risk and low coverage, numbered as in the report."""
    rows = []
    for row in rows_of(atlas.points):
        shape = atlas.units.shapes.get(str(row["unit"]))
        if shape is None:
            continue
        told = {
            "unit": str(row["unit"]), "number": int(row["number"]),
            "place": where(book, of_unit(atlas.units, str(row["unit"]))),
            "risk": risk_words(row["risk"]), "people": _people(book, row["persons"]),
            "unserved": _people(book, row["unserved_vulnerable"]),
            "cause": word_of_cause(book, str(row["cause"])),
            "fix": fix(book, str(row.get("fix", ""))),
        }  # fmt: skip
        rows.append((shape, told))
    return layer("points", rows, book.community.settings.crs)


def paper_layer(book: Book, atlas: Atlas) -> Layer:
    """Return who is covered on paper only: inside the circle, not in time on foot."""
    shapes = atlas.units.shapes
    rows = [(shapes[str(r["unit"])], _paper(book, atlas, r)) for r in failing(book, atlas)]
    return layer("paper", rows, book.community.settings.crs)


def walked_layer(book: Book, atlas: Atlas) -> Layer:
    """Return the ways they would really walk: one per unit and service, with its metres."""
    return layer("walked", _walked(book, failing(book, atlas)), book.community.settings.crs)


def failing(book: Book, atlas: Atlas) -> list[dict[str, Any]]:
    """Return one row per unit and service that is surely covered on paper only."""
    table = book.rows("space.paper_only")
    failing = table[table["state"] == "not_covered"] if len(table) else table
    if len(failing) == 0:
        return []
    plain = pd.DataFrame(failing.drop(columns="geometry"))
    plain["unit"] = plain["entrance"].map(atlas.units.of)
    return paper_rows(plain[plain["unit"].isin(list(atlas.units.shapes))])


def _paper(book: Book, atlas: Atlas, row: dict[str, Any]) -> Row:
    code, word = book.language.code, book.language.word
    named = [book.group(d) for d, n in sorted(row["sizes"].items()) if book.reader.sees(n)]
    walks = numbers.known(row["walk_m"]) and np.isfinite(row["walk_m"])
    comes = numbers.known(row["time"]) and np.isfinite(row["time"])
    return {
        "unit": str(row["unit"]), "service": str(row["service"]),
        "service_name": service_name(book, str(row["service"])),
        "place": where(book, of_unit(atlas.units, str(row["unit"]))),
        "groups": book.language.list(named) if named else "–",
        "people": _people(book, row["total"]),
        "straight": numbers.metres(float(row["straight_m"]), code),
        "walk": numbers.metres(float(row["walk_m"]), code) if walks else "–",
        "time": numbers.minutes(float(row["time"]), code) if comes else word("never"),
        "cause": book.language.list([word_of_cause(book, c) for c in row["causes"][:2]]),
    }  # fmt: skip


def _walked(book: Book, rows: list[dict[str, Any]]) -> Iterator[tuple[BaseGeometry, Row]]:
    """Yield the way of the row that stands for each unit and service."""
    alike: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        alike.setdefault((str(row["display"]), str(row["facility"])), []).append(row)
    for (display, facility), own in sorted(alike.items()):
        found = ways(book.community, display, facility, [str(r["entrance"]) for r in own])
        for row in own:
            line, metres = found.get(str(row["entrance"])), row["walk_m"]
            if line is not None and numbers.known(metres) and np.isfinite(metres):
                told = {"unit": str(row["unit"]), "service": str(row["service"])}
                yield line, {**told, "metres": round(float(metres))}


def gap_layer(book: Book) -> Layer:
    """Return where the network is in pieces: open, or joined by a rule."""
    table = book.rows("space.network_gaps")
    if len(table) == 0:
        return layer("gaps", [], book.community.settings.crs)
    code = book.language.code
    rows = [
        (shape, {
            "place": naming.place_name(book, str(row["gap"])),
            "state": "bridged" if row["bridged"] else "open",
            "state_name": book.language.word("gap_bridged" if row["bridged"] else "gap_open"),
            "people": _people(book, row["persons"]),
            "length": numbers.metres(float(row["length"]), code),
            "apart": numbers.metres(float(row["distance_to_main"]), code),
        })
        for row, shape in zip(rows_of(table), table["geometry"], strict=True)
    ]  # fmt: skip
    return layer("gaps", rows, book.community.settings.crs)


def contradiction_layer(book: Book) -> Layer:
    """Return one feature per place at which something found contradicts a need."""
    found = [r for r in rows_of(book.rows("space.contradictions")) if r.get("state") != "no_data"]
    at: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        at.setdefault(str(row["space"]), []).append(row)
    shapes = _shapes(book)
    rows = [
        (shapes[code].representative_point(), _contradiction(book, code, own))
        for code, own in sorted(at.items())
        if code in shapes
    ]
    return layer("contradictions", rows, book.community.settings.crs)


def _contradiction(book: Book, code: str, own: list[dict[str, Any]]) -> Row:
    said = book.language.said
    rules = dict.fromkeys(said(f"rule_{r['rule']}", str(r["rule"])) for r in own)
    kinds = dict.fromkeys(said(f"dimension_{r['dimension']}", str(r["dimension"])) for r in own)
    clauses = dict.fromkeys(str(r["clause"]) for r in own if r.get("clause"))
    return {
        "space": code, "place": naming.place_name(book, code), "n": len(own),
        "rules": book.language.list(list(rules)), "kinds": book.language.list(list(kinds)),
        "clauses": "; ".join(clauses), "people": _people(book, max(_n(r) for r in own)),
    }  # fmt: skip


def _n(row: dict[str, Any]) -> float:
    return float(row["persons"]) if numbers.known(row["persons"]) else 0.0


def _shapes(book: Book) -> dict[str, BaseGeometry]:
    """Return code -> shape of everything on the map that a finding may name."""
    made: dict[str, BaseGeometry] = {}
    for table in ("spaces", "gates", "facilities", "walks", "buildings", "entrances"):
        frame = book.community[table]
        for code, shape in zip(frame.iloc[:, 0], frame["geometry"], strict=True):
            if shape is not None and not shape.is_empty:
                made.setdefault(str(code), shape)
    return made


def site_layer(book: Book) -> Layer:
    """Return the grounds that could open, with the steps at which both lists open them."""
    table = book.rows("space.siting_sites")
    shapes, word = _shapes(book), book.language.word
    rows = []
    for row in rows_of(table[table["candidate"].astype(bool)]) if len(table) else []:
        ground = str(row["site"]).removeprefix("site-")
        shape = shapes.get(ground, shapes.get(str(row["site"])))
        if shape is None:
            continue
        steps = {
            name: int(row[f"{name}_step"]) if numbers.known(row[f"{name}_step"]) else None
            for name in ("efficiency", "equity")
        }
        told = [word(f"sites_at_{name}").format(n=n) for name, n in steps.items() if n is not None]
        rows.append((
            shape.representative_point(),
            {"place": naming.place_name(book, ground), "service": str(row["service"]),
             "service_name": service_name(book, str(row["service"])), **steps,
             "step": steps["equity"] or steps["efficiency"],
             "when": book.language.list(told) if told else "–",
             "gain": _people(book, row["newly_covered"])},
        ))  # fmt: skip
    return layer("sites", rows, book.community.settings.crs)


def service_name(book: Book, code: str) -> str:
    """Return the name of a kind of facility."""
    return book.language.named(book.community.catalogue.facilities, code)


def facility_layers(book: Book) -> tuple[Layer, Layer]:
    """Return the facilities of the services, and the circle of the standard around each."""
    code, crs = book.language.code, book.community.settings.crs
    facilities = book.community["facilities"]
    wanted = services(book)
    places, circles = [], []
    for row in rows_of(facilities):
        spot = Point(float(row["x"]), float(row["y"]))
        kind = str(row["kind"])
        if kind not in wanted or spot.is_empty:
            continue
        entry = book.community.catalogue.facilities[kind]
        told = {"facility": str(row["facility"]), "place": book.language.set(str(row["name"])),
                "service": kind, "service_name": service_name(book, kind)}  # fmt: skip
        holds = (
            numbers.persons(float(row["capacity"]), code) if numbers.known(row["capacity"]) else "–"
        )
        places.append((spot, {**told, "holds": holds, "radius": ""}))
        if entry.radius is not None:
            metres = numbers.metres(entry.radius.value, code)
            places[-1][1]["radius"] = metres
            round_ = spot.buffer(entry.radius.value, quad_segs=ROUND)
            ring = LineString(round_.exterior.coords)
            circles.append((ring, {**told, "radius": metres}))
    return layer("facilities", places, crs), layer("circles", circles, crs)


def heat_layer(book: Book) -> Layer:
    """Return the smoothed risk surface in five classes of equal width, one feature each.

    ``low`` and ``high`` bound the class, in risk-persons per hectare.
    """
    table, crs = book.rows("space.heat"), book.community.settings.crs
    if len(table) == 0 or not float(table["value"].max()) > 0:
        return layer("heat", [], crs)
    half = book.community.catalogue.number("heat_cell") / 2
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    cells = shapely.box(x - half, y - half, x + half, y + half)
    edges = np.linspace(0.0, float(table["value"].max()), 6)
    classes = np.clip(np.digitize(table["value"], edges[1:-1]) + 1, 1, 5)
    rows = [
        (shapely.union_all(cells[classes == c], grid_size=0.01),
         {"class": c, "low": _three(edges[c - 1]), "high": _three(edges[c])})
        for c in range(2, 6)
        if (classes == c).any()
    ]  # fmt: skip
    return layer("heat", rows, crs)


def _three(value: float) -> float:
    """Return a value with three significant digits."""
    return float(f"{value:.3g}")
