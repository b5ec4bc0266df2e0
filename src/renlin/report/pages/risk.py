"""Fill the page of risk by family: maps, what makes them up, who lives with it, its trend."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup
from shapely import box, unary_union

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.maps.classes import five
from renlin.report.maps.themes import Sheet, draw, single
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Side, Table
from renlin.report.pages.themes import (
    FAMILIES,
    HALF,
    HALF_SPLIT,
    risk_classes,
    share_gap_tells,
    steps,
    told_bounds,
)
from renlin.report.readings.places import Atlas, window
from renlin.report.spacing import spaced
from renlin.report.tables import rows_of

MOST_CHANGED = 12
MOST_PARTS = 5
PAIR = 2


def risk_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return the maps of each family of risk, its parts, groups, trend and forecast."""
    if atlas is None or len(book.rows("space.hazard")) == 0:
        return None
    figures = [family_map(book, family) for family in FAMILIES]
    pairs = [figures[n : n + PAIR] for n in range(0, len(figures), PAIR)]
    sides: list[Piece] = [
        Side(tuple(pair[:1]), tuple(pair[1:]), HALF_SPLIT, even=True) for pair in pairs
    ]
    pieces = [
        heat_beside(book),
        *sides,
        parts_of_risk(book),
        groups(book),
        trend(book),
        ahead(book),
    ]
    return Page(
        "risk",
        book.language.word("page_risk"),
        tuple(piece for piece in pieces if piece is not None),
        foot(
            book,
            "space.hazard",
            "space.heat",
            "space.risk_families",
            "space.risk_groups",
            "space.trend",
            "space.forecasts",
            "space.forecast_scores",
        ),
    )


def heat_beside(book: Book) -> Piece | None:
    """Return the smoothed surface of harm beside the risk of each building it is made of."""
    table = book.rows("space.heat")
    if len(table) == 0:
        return None
    word, number = book.language.word, book.community.catalogue.number
    classes, bounds = five(table["value"], 0.0, float(table["value"].max()))
    half = number("heat_cell") / 2
    cells = box(table["x"] - half, table["y"] - half, table["x"] + half, table["y"] + half)
    seen = sorted(set(classes) - {1})  # the lowest class is the ground
    shapes = {str(c): unary_union(cells[classes == c]) for c in seen}
    fills = {code: single("risk", int(code)) for code in shapes}
    title = word("heat_title").format(bandwidth=f"{number('heat_bandwidth'):g}")
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    told = [f"≥ {bound:.3f}" for bound in bounds]
    legend = steps(book, "risk", classes, told, word("unknown"))
    surface = Figure(
        word("kicker_heat"), book.language.set(title), Markup(draw(sheet, shapes, fills)),
        note=word("heat_note"), below=Markup(legend),
    )  # fmt: skip
    return Side((surface,), (family_map(book, "risk"),), HALF_SPLIT, even=True)


def family_map(book: Book, family: str) -> Figure:
    """Return the map of one family (``risk``: of all) by building, with its legend."""
    word = book.language.word
    table = book.rows("space.hazard").set_index("building")
    classes, bounds = risk_classes(book, table[family])
    built = book.community["buildings"]
    shapes = {
        str(b): g for b, g in zip(built["building"], built["geometry"], strict=True)
        if b in classes.index
    }  # fmt: skip
    fills = {
        b: single("risk", int(classes[b]), _says(book, b, table.at[b, family])) for b in shapes
    }
    unknown = int(table[family].isna().sum())
    title = word("family_title").format(
        family=word(f"family_{family}"),
        n=int((classes > 1).sum()),
        line=f"{bounds[1]:g}",
        unknown=unknown,
    )
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    legend = steps(book, "risk", classes, told_bounds(bounds), word("never_inspected"))
    return Figure(
        word(f"family_{family}"), book.language.set(title), Markup(draw(sheet, shapes, fills)),
        note=word("family_note"), below=Markup(legend),
    )  # fmt: skip


def _says(book: Book, building: str, value: Any) -> str:
    name = book.named.get(building, building)
    known = numbers.known(value)
    return f"{name}: {numbers.harm(float(value)) if known else book.language.word('unknown')}"


def parts_of_risk(book: Book) -> Section | None:
    """Return hazard, exposure, vulnerability and risk of every building, family by family."""
    word = book.language.word
    table = book.rows("space.risk_families")
    if len(table) == 0:
        return None
    table = table.assign(whole=table["family"] == "all")
    table = table.sort_values(["building", "whole", "family"], ascending=[True, False, True])
    whole = table[table["whole"]].sort_values(["risk", "building"], ascending=[False, True])
    order = [*whole["building"]]
    names = book.community["buildings"].set_index("building")["name"]
    heads = [Head(word("building")), Head(word("family"))]
    heads += [
        Head(word(code), True)
        for code in (
            "hazard_per_year",
            "exposed_share",
            "vulnerability",
            "risk",
            "interval_head",
            "rates_bounds",
            "data_quality",
            "n_open",
        )
    ]
    rows = []
    for building in order[:MOST_PARTS]:
        own = table[(table["building"] == building) & (table["risk"] > 0)]
        for n, row in enumerate(rows_of(own)):
            name = spaced(str(names.get(building, building))) if n == 0 else ""
            rows.append((name, word(f"family_{row['family']}"), *_cells(book, row)))
    made = Table(tuple(heads), tuple(rows), note=word("parts_note"))
    return Section(word("kicker_parts"), word("parts_title"), (made,), word("parts_sub"))


def _cells(book: Book, row: dict[str, Any]) -> tuple[str | Markup, ...]:
    name = "space.risk_families"
    hazard = f"{row['hazard']:.4f}" if numbers.known(row["hazard"]) else "–"
    exposed = numbers.percent(row["exposed_share"]) if numbers.known(row["exposed_share"]) else "–"
    hurt = numbers.percent(row["vulnerability"]) if numbers.known(row["vulnerability"]) else "–"
    seen = "" if row["inspected"] else "*"
    risk = book.number(numbers.harm(float(row["risk"])), name, row, "risk")
    return (
        hazard, exposed, hurt, risk + Markup(seen),
        f"{numbers.harm(row['low'])}–{numbers.harm(row['high'])}",
        f"{numbers.harm(row['rates_low'])}–{numbers.harm(row['rates_high'])}",
        numbers.percent(float(row["quality"])), str(row["n_open"]),
    )  # fmt: skip


def groups(book: Book) -> Section | None:
    """Return the mean risk by group beside that of everybody, with the gap."""
    word, name = book.language.word, "space.risk_groups"
    table = book.rows(name)
    if len(table) == 0:
        return None
    heads = [Head(word("group"))]
    columns = ("persons", "risk_mean", "risk_difference", "interval_head", "unknown_n")
    heads += [Head(word(column), True) for column in columns]
    states = book.reader.counts(
        {str(r["display"]): float(r["n"]) for r in rows_of(table) if r["display"] not in WHOLE}
    )
    tells = share_gap_tells(book, table, "difference", low_is_worse=False)
    rows = []
    last = table.assign(last=table["display"] == "gap").sort_values(["last", "display"])
    for row in rows_of(last):
        code = str(row["display"])
        hidden = states.get(code) == "few" or (code == "gap" and tells)
        if hidden or (code not in WHOLE and row["n"] == 0):
            continue
        label = word("group_gap") if code == "gap" else book.group(code)
        rows.append((label, *_group_cells(book, name, row, code)))
    made = Table(tuple(heads), tuple(rows), note=word("risk_groups_note"))
    return Section(word("kicker_risk_groups"), word("risk_groups_title"), (made,))


def _group_cells(book: Book, name: str, row: dict[str, Any], code: str) -> tuple[str | Markup, ...]:
    apart = numbers.known(row["difference"])
    mean = numbers.known(row["risk"]) and code != "gap"
    return (
        numbers.persons(float(row["n"]), book.language.code) if code != "gap" else "",
        book.number(numbers.harm(float(row["risk"])), name, row, "risk") if mean else "",
        book.number(f"{row['difference']:+.3f}", name, row, "difference") if apart else "",
        f"{row['low']:+.3f} – {row['high']:+.3f}" if apart else "",
        str(row["unknown"]) if code != "gap" and book.reader.sees(float(row["unknown"])) else "",
    )


def trend(book: Book) -> Section | None:
    """Return what changed since the date before, apart from what was only seen now."""
    word, name = book.language.word, "space.trend"
    table = book.rows(name)
    if len(table) == 0:
        return None
    last = table[table["day"] == table["day"].max()]
    counts = last["verdict"].value_counts()
    title = word("trend_title").format(
        **{code: int(counts.get(code, 0)) for code in ("rising", "falling", "steady", "undecided")}
    )
    moved = last[last["verdict"].isin(["rising", "falling"])].copy()
    moved["size"] = moved["like_for_like"].abs()
    moved = moved.sort_values(["size", "building"], ascending=[False, True]).head(MOST_CHANGED)
    names = book.community["buildings"].set_index("building")["name"]
    heads = [Head(word("building")), Head(word("trend_verdict"))]
    heads += [Head(word(c), True) for c in ("risk", "like_for_like", "rates_bounds", "newly_seen")]
    rows = [
        (
            spaced(str(names.get(row["building"], row["building"]))),
            word(f"trend_{row['verdict']}"),
            book.number(numbers.harm(float(row["risk"])), name, row, "risk"),
            book.number(f"{row['like_for_like']:+.3f}", name, row, "like_for_like"),
            f"{row['change_low']:+.3f} – {row['change_high']:+.3f}",
            f"{row['newly_seen']:+.3f}",
        )
        for row in rows_of(moved)
    ]
    note = word("trend_note").format(day=str(last["day"].iloc[0])[:10])
    pieces: tuple[Piece, ...] = (Table(tuple(heads), tuple(rows), note=note),) if rows else ()
    return Section(word("kicker_trend"), book.language.set(title), pieces or (Note(note),))


def ahead(book: Book) -> Section | None:
    """Return how the forecast did on months held back, and say when it is no better."""
    word, name = book.language.word, "space.forecast_scores"
    scores, told = book.rows(name), book.rows("space.forecasts")
    if len(scores) == 0:
        return None
    chosen = scores[scores["chosen"].astype(bool)]
    title = word(f"forecast_{_verdict(chosen)}")
    few = told[(told["state"] == "too_few_dates") & (told["horizon"] == 1)]
    heads = [Head(word("horizon"), True), Head(word("method"))]
    heads += [
        Head(word(c), True) for c in ("forecast_error", "skill", "forecast_coverage", "forecast_n")
    ]
    rows = [
        (
            str(row["horizon"]),
            word(f"method_{row['method']}"),
            _or_dash(row["error"], numbers.harm),
            _or_dash(row["skill"], lambda v: f"{v:+.2f}"),
            _or_dash(row["coverage"], numbers.percent),
            str(row["n"]),
        )
        for row in rows_of(chosen)
    ]
    level = float(chosen["level"].iloc[0])
    note = word("forecast_note").format(level=numbers.percent(level), few=len(few))
    made = Table(tuple(heads), tuple(rows), note=note)
    return Section(word("kicker_forecast"), title, (made,))


def _verdict(chosen: pd.DataFrame) -> str:
    for verdict in ("no_better", "better"):
        if (chosen["verdict"] == verdict).any():
            return verdict
    return "not_scored"


def _or_dash(value: Any, told: Any) -> str:
    return str(told(float(value))) if numbers.known(value) else "–"
