"""Draw where one scenario crowds and where it queues: two maps of the lanes, today."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup
from shapely import union_all

from renlin.report.book import Book
from renlin.report.maps.classes import five
from renlin.report.maps.legend import steps_legend
from renlin.report.maps.themes import Sheet, draw
from renlin.report.pages import maps
from renlin.report.pages.blocks import Figure, Side
from renlin.report.palette import BASE
from renlin.report.readings.places import window

NAME = "simulation.links"
SIZE = (334.0, 270.0)
SPLIT = 334
INDOORS = ("stair/", "hall/", "threshold/", "inside/", "approach/")
"""Links inside houses, and the steps from a door to its lane: not drawn."""
BROAD = 4.0
"""Metres on either side of the middle of a lane that are filled, so that it can be seen.

Classes are of equal width by the root of the value, so that one jam does not wash out all
others; stretches of the lowest class are left as the ground shows them."""
MINUTE = 60.0
LEAST = 1.0
"""Upper end of the scale when nothing is higher: one person per m2, one person-minute."""


def flow_maps(book: Book, scenario: str) -> Side | None:
    """Return the greatest density and the queues of every lane, None when nobody walked."""
    table = book.rows(NAME, scenario=scenario, scheme=BASE)
    if len(table) == 0 or "geometry" not in table:
        return None
    lanes = table[~table["link"].astype(str).str.startswith(INDOORS)]
    if len(lanes) == 0:
        return None
    density = _figure(book, lanes, "density", lanes["max_density"], lambda n: f"{n:.1f}")
    queue = _figure(book, lanes, "queue", lanes["queue_s"] / MINUTE, lambda n: f"{n:.0f}")
    return Side((density,), (queue,), SPLIT, even=True)


def _figure(
    book: Book,
    lanes: pd.DataFrame,
    what: str,
    values: pd.Series,
    told: Callable[[float], str],
) -> Figure:
    word = book.language.word
    greatest = max(float(values.max()), LEAST)
    classes, roots = five(values**0.5, 0.0, greatest**0.5)
    bounds = [root**2 for root in roots]
    frame, lines = window(book, SIZE), []
    for kind in range(2, len(bounds) + 1):
        own = lanes.loc[(classes == kind).to_numpy(), "geometry"]
        data = frame.data([union_all([shape.buffer(BROAD) for shape in own])])
        lines.append(f'<path d="{data}" class="m-unit risk-{kind}" style="stroke-width:.4"/>')
    title = word(f"{what}_map_title").format(most=told(float(values.max())))
    sheet = Sheet(book.community, frame, maps.text(book), title)
    counts = classes.value_counts()
    steps = [(f"≥ {told(bound)}", int(counts.get(n, 0))) for n, bound in enumerate(bounds, start=1)]
    unused = _outdoors(book) - len(lanes)
    legend = steps_legend(
        "risk", steps, (word("nobody_walked"), unused), word("legend_steps_says"), SIZE[0]
    )
    return Figure(
        word(f"kicker_{what}_map"),
        title,
        Markup(draw(sheet, {}, {}, extra=("".join(lines), ()))),
        note=word(f"{what}_map_note"),
        below=Markup(f'<div class="legend-row">{legend}</div>'),
    )


def _outdoors(book: Book) -> int:
    """Return how many links of the walk network lie out of doors."""
    links = book.community.network.links["link"].astype(str)
    return int((~links.str.startswith(INDOORS)).sum())
