"""List every public layer of a run, lowest first."""

from __future__ import annotations

from collections.abc import Mapping

from renlin.report.book import Book
from renlin.report.openmap import found, ground
from renlin.report.openmap.layer import Layer
from renlin.report.openmap.reach import reach_layer
from renlin.report.openmap.units import unit_layer
from renlin.report.readings.places import Atlas


def wordless(book: Book, atlas: Atlas) -> dict[str, Layer]:
    """Return the layers that say the same in every language, by name."""
    listed = [
        ground.way_layer(book), ground.plain_layer(book), found.heat_layer(book),
        reach_layer(book), ground.inferred_layer(book), found.walked_layer(book, atlas),
    ]  # fmt: skip
    return {one.name: one for one in listed}


def public_layers(
    book: Book, atlas: Atlas, shared: Mapping[str, Layer] | None = None
) -> dict[str, Layer]:
    """Return name -> layer of everything that may be shown of a run to the reader of a book.

    Nothing in them names a person, a household or a dwelling; residents are counted by unit
    of display, and counts under the reader's k are not in them.

    Parameters
    ----------
    shared
        What :func:`wordless` returned for the same run, not to work it out twice.
    """
    facilities, circles = found.facility_layers(book)
    listed = [
        ground.space_layer(book), unit_layer(book, atlas), found.gap_layer(book), circles,
        found.paper_layer(book, atlas), ground.gate_layer(book), facilities,
        found.site_layer(book), found.contradiction_layer(book),
        found.point_layer(book, atlas), ground.name_layer(book),
    ]  # fmt: skip
    made = {one.name: one for one in listed} | dict(shared or wordless(book, atlas))
    return {name: made[name] for name in ORDER}


ORDER = (
    "spaces", "ways", "plain", "heat", "units", "reach", "inferred", "gaps", "circles", "paper",
    "walked", "gates", "facilities", "sites", "contradictions", "points", "names",
)  # fmt: skip
"""Layers from below."""
