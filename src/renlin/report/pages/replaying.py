"""Fill the replay of one run, with a still picture where no script runs."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from renlin.report import numbers, svg
from renlin.report.book import Book
from renlin.report.maps.themes import Sheet, draw, single
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Count, Note, Page, Replay, Section
from renlin.report.readings.places import Atlas, window
from renlin.report.replay import ARRIVED, INSIDE, OUTSIDE, STUCK, Packed, pack
from renlin.report.text import sentences

SIZE = (682.0, 430.0)


def replay_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return the replay of the run the study names."""
    found = book.find("simulation.replay")
    if found is None:
        return None
    frame = window(book, SIZE)
    packed = pack(_mixed(book, found.table), list(book.groups), frame)
    if packed is None:
        return None
    word = book.language.word
    parameters = found.provenance.parameters
    scheme, scenario = str(parameters.get("scheme", "")), str(parameters.get("scenario", ""))
    say, code = sentences(book.language), book.language.code
    title = say.replay_title(
        book.scheme(scheme) if scheme else word("replay_run"),
        book.scenario(scenario) if scenario else "",
    )
    arrived = sum(n[ARRIVED] for n in packed.counts.values())
    says = say.replay_says(
        word("entities").format(n=numbers.count(packed.n_entities, code)),
        word("entities").format(n=numbers.count(arrived, code)),
        numbers.minutes(packed.still, code),
    )  # fmt: skip
    shapes = atlas.units.shapes if atlas is not None else {}
    fills = {str(u): single("cov", 1) for u in shapes}
    picture = draw(
        Sheet(book.community, frame, maps.text(book), says),
        shapes,
        fills,
        (),
        (_still(book, packed), ()),
    )
    shown = Replay(Markup(picture), packed.data, packed.still, says, SIZE, _counts(book, packed))
    note = Note(
        word("replay_note").format(
            seed=parameters.get("seed", found.provenance.seeds[0] if found.provenance.seeds else 0)
        )
    )
    piece = Section(word("kicker_replay"), title, (shown, note), word("replay_sub"))
    return Page("replay", word("page_replay"), (piece,), foot(book, "simulation.replay"))


def _mixed(book: Book, table: Any) -> Any:
    """Return the run in which groups too small to be told apart walk with the reference."""
    sizes = table.drop_duplicates("entity")["display"].value_counts()
    small = [d for d, n in sizes.items() if not book.reader.sees(float(n))]
    if not small:
        return table
    mixed = table["display"].where(~table["display"].isin(small), book.community.policy.reference)
    return table.assign(display=mixed)


def _still(book: Book, packed: Packed) -> str:
    """Return the still picture: who is out of doors at the busiest moment."""
    parts = []
    for group, code in enumerate(packed.groups):
        look = book.group_looks[code]
        own = packed.frame[
            (packed.frame[:, 2] == group)
            & ((packed.frame[:, 3] == OUTSIDE) | (packed.frame[:, 3] == STUCK))
        ]
        parts += [
            svg.marker(look.marker, (float(x), float(y)), 2.6, look.colour) for x, y, _, _ in own
        ]
    return svg.group(parts, css="still")


def _counts(book: Book, packed: Packed) -> tuple[Count, ...]:
    """Return the counts of the still picture, group by group."""
    made = []
    for code in packed.groups:
        look, counts = book.group_looks[code], packed.counts[code]
        colour = look.colour.removeprefix("var(").removesuffix(")")
        sign = Markup(svg.marker(look.marker, (8, 7), 4, look.colour))
        on_the_way = counts[OUTSIDE] + counts[STUCK]
        told = (counts[INSIDE], on_the_way, counts[ARRIVED])
        made.append(Count(book.group(code), look.marker, colour, sign, told))
    return tuple(made)
