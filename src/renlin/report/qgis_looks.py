"""Choose title, style and names of fields of each layer of the GeoPackage, as in the report."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from renlin.report.book import Book
from renlin.report.maps.themes import OUTLINES
from renlin.report.openmap.page import class_words
from renlin.report.openmap.units import ALL, FEW, NOT_KNOWN, key
from renlin.report.qgis import Look, Symbol, Titled, fill, hatch, line, marker
from renlin.report.readings.places import atlas, risk_words, services

FIELDS: Mapping[str, str] = {
    "persons": "persons", "risk": "risk", "place": "place", "service": "service",
    "service_name": "service", "number": "number", "cause": "cause", "fix": "fix",
    "tier1": "kicker_tiers", "unserved_vulnerable": "unserved", "straight_m": "straight",
    "walk_m": "walked", "display": "group", "unknown": "unknown", "building": "building",
    "covered": "qgis_covered", "not_covered": "qgis_not_covered", "radius": "om_radius",
    "rules": "rule", "kinds": "dimension", "clauses": "om_clauses", "when": "sites_when",
    "gain": "om_gain", "people": "affected", "n_entrances": "n_entrances", "state": "gap_state",
    "unit": "qgis_unit", "n_open": "n_open", "time": "qgis_time", "limit": "qgis_limit",
    "n": "qgis_n", "step": "sites_step", "efficiency": "sites_p_median", "equity": "sites_floor",
    "length": "island_length", "distance_to_main": "distance_to_main", "rank": "qgis_rank",
}  # fmt: skip
"""Field of a finding -> its word in the report."""


def titled(book: Book, table: str, layer: pd.DataFrame) -> Titled:
    """Return title, style and names of fields of one layer of the file."""
    word, says = book.language.word, book.community.settings
    title = book.language.said(f"qgis_{table}", table)
    made = LOOKS.get(table)
    geo = "geometry" in layer.columns
    privacy = word("om_privacy").format(k=book.reader.k_persons, h=book.reader.k_households)
    told = [says.name, str(says.survey_date), says.crs, says.attribution, privacy]
    look = made(book) if made is not None and geo else None
    fields = {c: _named(book, table, c) for c in map(str, layer.columns) if c != "geometry"}
    return Titled(
        table, title if title == table else f"{title}（{table}）",
        " · ".join(part for part in told if part), look, {c: w for c, w in fields.items() if w},
    )  # fmt: skip


def _named(book: Book, table: str, column: str) -> str:
    """Return the Chinese name of a field: its table's, the report's, else that of its key."""
    tables = book.community.catalogue.tables
    for entry in tables.get(table, ()):
        if entry.column == column:
            return f"{entry.zh}（{entry.unit}）" if entry.unit else entry.zh
    if column.startswith("class_"):
        _, service, display = column.split("_", 2)
        kinds = book.community.catalogue.facilities
        name = book.language.named(kinds, service)
        group = book.language.word("om_everybody") if display == ALL else book.group(display)
        return f"{name} · {group}"
    if column.startswith("family_") or column in FAMILY:
        return book.language.said(f"family_{column.removeprefix('family_')}", column)
    if column in FIELDS:
        return book.language.word(FIELDS[column])
    keys = [e.zh for own in tables.values() for e in own if e.column == column and e.type == "id"]
    return keys[0] if keys else ""


FAMILY = ("fire", "electric", "gas", "structure", "flood", "access")


def _units(book: Book) -> Look:
    words = class_words(book)
    made: dict[str, tuple[str, Symbol]] = {}
    for risk in (3, 2, 1):
        for cover in (1, 2, 3):
            code = f"r{risk}c{cover}"
            made[code] = (words[code], fill(f"bv-{code}", wide=OUTLINES[cover]))
    made[NOT_KNOWN] = (words[NOT_KNOWN], hatch())
    made[FEW] = (words[FEW], fill("paper", edge="ink-3"))
    field = "class_" + key(services(book)[0], ALL).replace("|", "_")
    return Look(made, f'"{field}"')


BEYOND = 1e9
"""A bound no risk reaches, where none is known."""


def _hazard(book: Book) -> Look:
    """Return buildings by the classes of risk of the map, and those never inspected."""
    word, drawn = book.language.word, atlas(book)
    breaks = drawn.classes.risk_breaks if drawn is not None else (math.nan, math.nan)
    middle, high = (value if math.isfinite(value) else BEYOND for value in breaks)
    words = (word("risk_low"), word("om_risk_middle"), word("risk_high"))
    bounds = ("", f" ≥ {risk_words(middle)}", f" ≥ {risk_words(high)}")
    made = {
        str(i): (words[i - 1] + bounds[i - 1], fill(f"risk-{2 * i - 1}", wide=0.8))
        for i in (3, 2, 1)
    }
    by = (
        f"CASE WHEN \"risk\" IS NULL THEN '{NOT_KNOWN}' WHEN \"risk\" >= {high!r} THEN '3' "
        f"WHEN \"risk\" >= {middle!r} THEN '2' ELSE '1' END"
    )
    return Look({**made, NOT_KNOWN: (word("never_inspected"), hatch())}, by)


def _states(book: Book) -> Look:
    """Return stairwells by who of them is out of reach."""
    word = book.language.word
    by = (
        "CASE WHEN \"persons\" IS NULL THEN 'few' WHEN \"not_covered\" > 0 THEN 'out' "
        "WHEN \"unknown\" > 0 THEN 'unknown' ELSE 'in' END"
    )
    return Look({
        "in": (word("om_good"), marker("circle", "cov-4", 9)),
        "out": (word("om_middle"), marker("diamond", "bv-r3c3", 11)),
        NOT_KNOWN: (word("unknown"), marker("circle", "paper", 9, edge="unknown-line")),
        FEW: (class_words(book)[FEW], marker("square", "paper", 6, edge="ink-3")),
    }, by)  # fmt: skip


def _one(symbol: Callable[[], Symbol], name: str) -> Callable[[Book], Look]:
    return lambda book: Look({"": (book.language.word(f"qgis_{name}"), symbol())})


def _gates(book: Book) -> Look:
    word = book.language.word
    by = (
        "CASE WHEN \"locked\" = 'yes' OR (\"open_hours\" <> '' AND \"open_hours\" <> '00:00-24:00')"
        " THEN 'locked' ELSE 'open' END"
    )
    return Look({
        "open": (word("qgis_gate_open"), marker("square", "ink", 9)),
        "locked": (word("legend_locked_some"), marker("cross_fill", "paper", 10, edge="ink")),
    }, by)  # fmt: skip


def _gaps(book: Book) -> Look:
    word = book.language.word
    by = "CASE WHEN \"bridged\" IN ('yes', 'True', '1') THEN 'bridged' ELSE 'open' END"
    return Look({
        "open": (word("gap_open"), line("ink", 3, dash="1;1")),
        "bridged": (word("gap_bridged"), line("ink-2", 1.6, dash="2;2")),
    }, by)  # fmt: skip


def _links(book: Book) -> Look:
    word = book.language.word
    by = "CASE WHEN \"inferred\" IN ('yes', 'True', '1') THEN 'inferred' ELSE 'drawn' END"
    return Look({
        "drawn": (word("qgis_drawn"), line("ink-3", 1)),
        "inferred": (word("gap_bridged"), line("ink-2", 1.4, dash="2;2")),
    }, by)  # fmt: skip


def _paper(book: Book) -> Look:
    word = book.language.word
    return Look({
        "not_covered": (word("om_layer_paper"), marker("diamond", "bv-r3c3", 11)),
        NOT_KNOWN: (word("unknown"), marker("circle", "paper", 9, edge="unknown-line")),
    }, '"state"')  # fmt: skip


LOOKS: Mapping[str, Callable[[Book], Look]] = {
    "buildings": _one(lambda: fill("m-plain", edge="m-plain-line"), "buildings"),
    "coverage_by_entrance": _states,
    "entrances": _one(lambda: marker("circle", "paper", 5, edge="ink-3"), "entrances"),
    "facilities": _one(lambda: marker("square", "green", 13), "facilities"),
    "gates": _gates,
    "map_circles": _one(lambda: line("ink", 1.4, dash="0.4;1.2"), "map_circles"),
    "map_contradictions": _one(lambda: marker("diamond", "paper", 15, edge="ink"),
                               "map_contradictions"),
    "map_sites": _one(lambda: marker("circle", "paper", 15, edge="green"), "map_sites"),
    "map_units": _units,
    "network_links": _links,
    "space_hazard": _hazard,
    "space_network_gaps": _gaps,
    "space_paper_only": _paper,
    "space_points": _one(lambda: marker("circle", "ink", 13), "space_points"),
    "spaces": _one(lambda: fill("m-open", edge="m-plain-line"), "spaces"),
    "walks": _one(lambda: line("m-plain-line", 2.5), "walks"),
}  # fmt: skip
"""Table -> how it is drawn."""
