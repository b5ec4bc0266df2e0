"""Fill the sections of conversion from everyday to emergency use, and of leftover ground."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.figures.gantt import Task, gantt
from renlin.report.maps.themes import Fill, Pin, Sheet, draw, single
from renlin.report.pages import maps
from renlin.report.pages.atlas import WIDE
from renlin.report.pages.blocks import NOTHING, Figure, Head, Piece, Section, Table, Words
from renlin.report.readings import compared
from renlin.report.readings.places import window
from renlin.report.tables import rows_of

PLANS, STEPS, PIECES, MODULES = (
    "space.conversions", "space.conversion_steps", "space.leftovers", "space.modules",
)  # fmt: skip
HIGH = 420.0
MOST_DRAWN = 1500
"""Pieces drawn on the map; of more the largest."""
MOST_PLANS = 12
Row = dict[str, Any]


def converting(book: Book) -> list[Piece]:
    """Return the largest plan as steps on a minute axis, and all plans by day and night."""
    word = book.language.word
    rows = rows_of(book.rows(PLANS))
    if not rows:
        return []
    ready = [row for row in rows if row["state"] == "ready"]
    pieces: list[Piece] = []
    if ready:
        pieces.append(
            _drawn(book, max(ready, key=lambda r: (r["persons"], r["period"] == "night")))
        )
    title = word("plans_title").format(n=len({r["conversion"] for r in rows}),
                                       stopped=len(rows) - len(ready))  # fmt: skip
    heads = (
        Head(word("ground"), wide="110px"), Head(word("way_of_turning")), Head(word("when_turned")),
        Head(word("crew_there"), True), Head(word("minutes_p50"), True),
        Head(word("minutes_p90"), True), Head(word("minutes_stated"), True),
        Head(word("opens_for"), True), Head(word("stopped_by")),
    )  # fmt: skip
    lines = tuple(_plan(book, row) for row in rows[:MOST_PLANS])
    pieces.append(
        Section("", title, (Table(heads, lines, note=word("turning_note"), css="dense"),))
    )
    return pieces


def _drawn(book: Book, plan: Row) -> Figure:
    word = book.language.word
    rows = rows_of(book.rows(STEPS, conversion=plan["conversion"], period=plan["period"]))
    rows.sort(key=lambda row: (row["start"], row["order"]))
    at = {str(row["step"]): index for index, row in enumerate(rows)}
    template = book.community.catalogue.conversions[str(plan["template"])]
    tasks = [
        Task(
            _step(book, template, row), float(row["start"]), float(row["finish"]),
            float(row["finish_p90"]), bool(row["critical"]),
            tuple(at[b] for b in str(row["after"]).split(";") if b),
            book.cite(STEPS, row, "finish"),
        )
        for row in rows
    ]  # fmt: skip
    title = word("gantt_title").format(
        ground=book.named.get(str(plan["space"]), str(plan["space"])),
        when=word(f"period_{plan['period']}"), p90=_minutes(plan["p90"]),
        n=_minutes(plan["persons"]),
    )  # fmt: skip
    picture = Markup(gantt(tasks, word("minute_short"), title))
    return Figure(word("plans_kicker"), title, picture, note=word("gantt_note"))


def _step(book: Book, template: Any, row: Row) -> str:
    """Return what is done, by whom and how many."""
    step = template.steps[str(row["step"])]
    return book.language.either(
        f"{step.zh}（{step.role_zh} {step.crew} 人）", f"{step.en} ({step.role_en}, {step.crew})"
    )


def _plan(book: Book, row: Row) -> tuple[Words, ...]:
    word = book.language.word
    crew = f"{_minutes(row['crew'])}/{_minutes(row['crew_needed'])}"
    p90 = _minutes(row["p90"])
    state = str(row["state"])
    why = NOTHING if state == "ready" else word(f"plan_{state}")
    if state == "ready" and row["access"] == "unknown":
        why = word("plan_access_unknown")
    return (
        book.named.get(str(row["space"]), str(row["space"])),
        book.language.named(book.community.catalogue.conversions, str(row["template"])),
        word(f"period_{row['period']}"),
        crew,
        _minutes(row["p50"]),
        book.number(p90, PLANS, row, "p90") if p90 != "?" else p90,
        _minutes(row["stated_minutes"]),
        _minutes(row["persons"]),
        why,
    )


def _minutes(value: Any) -> str:
    return f"{float(value):,.0f}" if numbers.known(value) else "?"


def leftover(book: Book) -> list[Piece]:
    """Return the map of leftover ground with the best places of modules, and their table."""
    word = book.language.word
    pieces, fitting = book.rows(PIECES), rows_of(book.rows(MODULES))
    if len(pieces) == 0:
        return []
    ground = pieces[pieces["kind"] == "ground"]
    title = word("leftover_title").format(
        n=len(ground), area=numbers.count(round(float(ground["area"].sum())), book.language.code),
        roofs=len(pieces) - len(ground),
    )  # fmt: skip
    numbered = {name: i + 1 for i, name in enumerate(dict.fromkeys(r["leftover"] for r in fitting))}
    drawn = ground.sort_values("area", ascending=False).head(MOST_DRAWN)
    drawn = pieces[pieces["leftover"].isin(set(drawn["leftover"]) | set(numbered))]
    shapes = {str(n): s for n, s in zip(drawn["leftover"], drawn["geometry"], strict=True)}
    fills: dict[str, Fill] = {name: single("cov", 5 if name in numbered else 2) for name in shapes}
    pins = [Pin(number, name) for name, number in numbered.items()]
    sheet = Sheet(book.community, window(book, (WIDE, HIGH)), maps.text(book), title)
    picture = Markup(draw(sheet, houses(book) | shapes, fills, pins))
    figure = Figure(word("leftover_kicker"), title, picture, note=word("leftover_note"))
    return [figure, _modules(book, fitting, numbered)] if fitting else [figure]


def houses(book: Book) -> dict[str, BaseGeometry]:
    """Return the houses, to be drawn plain below what a map tells."""
    table = book.community["buildings"]
    names = ("house:" + table["building"].astype(str)).tolist()
    return dict(zip(names, table["geometry"], strict=True))


def _modules(book: Book, rows: list[Row], numbered: dict[str, int]) -> Section:
    word, entries = book.language.word, book.community.catalogue.modules
    heads = (
        Head(word("module")), Head(word("places_no")), Head(word("vulnerable_near"), True),
        Head(word("mostly")), Head(word("cost_each"), True), Head(word("effect"), wide="170px"),
    )  # fmt: skip
    lines = []
    for code in dict.fromkeys(str(row["module"]) for row in rows):
        own = [row for row in rows if row["module"] == code]
        module = entries[code]
        reached = sum(float(row["added"]) for row in own)
        told = (
            numbers.count(reached, book.language.code)
            if book.reader.sees(reached)
            else compared.few(book)
        )
        most = max(own, key=lambda row: row["added"])
        named = book.reader.sees(float(most["added"]))
        lines.append(
            (
                book.language.name(module),
                ", ".join(str(numbered[row["leftover"]]) for row in own),
                told,
                book.group(str(most["display"])) if named else NOTHING,
                cost(own[0]),
                book.language.either(module.effect_zh, module.effect_en),
            )
        )
    table = Table(heads, tuple(lines), note=word("modules_note"), css="dense")
    return Section("", word("modules_title"), (table,))


def cost(row: Row) -> str:
    """Return a cost with its span, yuan; a question mark where it is unknown."""
    if not numbers.known(row["cost"]):
        return "?"
    if not (numbers.known(row["cost_low"]) and numbers.known(row["cost_high"])):
        return f"{row['cost']:,.0f}"
    return f"{row['cost']:,.0f} ({row['cost_low']:,.0f}–{row['cost_high']:,.0f})"


def lever(book: Book, codes: object) -> str:
    """Return what a fix moves in the model, or that its effect is not simulated."""
    code = str(codes).split(";")[0].strip().rstrip("+−-×=124").split("=")[0].strip()
    levers = book.community.catalogue.levers
    return (
        book.language.named(levers, code) if code in levers else book.language.word("not_simulated")
    )
