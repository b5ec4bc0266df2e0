"""Fill the page of needs: tiers with reasons, who may still change, what to lay in."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.cite import number
from renlin.report.figures.bars import Bar, bars
from renlin.report.figures.levels import Level, levels
from renlin.report.figures.tiers import Tier, tier_bars
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Table
from renlin.report.pages.profiles import NAMES, profiles
from renlin.report.pages.themes import share_gap
from renlin.report.readings import compared
from renlin.report.tables import rows_of
from renlin.report.text import sentences

TIERS = (1, 2, 3, 4)
WIDE = 682.0
MOST_REASONS = 4
MOST_ASKED = 12
NUMERALS = {"zh": ("一", "二", "三", "–"), "en": ("1", "2", "3", "–")}


def needs(book: Book) -> Page:
    """Return who needs what."""
    word = book.language.word
    tiers = book.rows("needs.tiers")
    if len(tiers) == 0:
        return Page("needs", word("page_needs"), (Note(word("needs_empty"), empty=True),))
    groups = measure_figure(book)
    pieces: list[Piece] = [tier_figure(book, tiers), reasons(book, tiers)]
    pieces += [groups] if groups is not None else []
    pieces.append(unknowns(book, tiers))
    pieces += profiles(book)
    return Page(
        "needs", word("page_needs"), tuple(pieces),
        foot(book, "needs.tiers", "needs.groups", "needs.work_list", *NAMES),
    )  # fmt: skip


def tier_figure(book: Book, tiers: pd.DataFrame) -> Figure:
    """Return how many persons stand in each tier, surely and possibly."""
    word, code = book.language.word, book.language.code
    sure = tiers["sure"].astype(int).value_counts()
    may = tiers[tiers["possible"].astype(int) < tiers["sure"].astype(int)]
    rise = may["possible"].astype(int).value_counts()
    whole = book.whole("needs.tiers")
    rows = []
    for level in TIERS:
        n, more = int(sure.get(level, 0)), int(rise.get(level, 0))
        words = numbers.persons(n, code) if book.reader.sees(n) else compared.fewer(book)
        more_words = "" if level == 4 else word("may_rise").format(n=_n(book, more))
        action = word(f"tier_{level}_action") if level < 4 else word("tier_other")
        rows.append(
            Tier(
                level,
                NUMERALS[code][level - 1],
                action,
                _drawn(book, n),
                _drawn(book, more),
                words,
                more_words,
                whole,
            )
        )
    top = int(sure.get(1, 0) + sure.get(2, 0))
    told = numbers.persons(top, code) if book.reader.sees(top) else compared.fewer(book)
    share = numbers.percent(top / len(tiers)) if book.reader.sees(top) else ""
    title = sentences(book.language).tiers_title(told, share)
    return Figure(
        word("kicker_tiers"), title, Markup(tier_bars(rows, title, WIDE)), note=word("tier_note")
    )


def _drawn(book: Book, n: float) -> float:
    """Return how long a bar is drawn: of a few only that they are some."""
    return n if book.reader.sees(n) else book.reader.k_persons / 2


def _n(book: Book, n: float) -> str:
    return (
        numbers.count(n, book.language.code) if book.reader.sees(n) else f"<{book.reader.k_persons}"
    )


def measure_figure(book: Book) -> Figure | None:
    """Return the share in the first two tiers by group, average on its groups."""
    table = book.rows("needs.groups")
    if len(table) == 0:
        return None
    listed = list(dict.fromkeys(table["measure"]))
    measure = next((m for m in listed if "tier" in m), listed[0])
    return share_figure(book, measure)


def share_figure(book: Book, measure: str) -> Figure | None:
    """Return one measure of needs by group."""
    table = book.rows("needs.groups", measure=measure)
    rows = share_rows(book, table)
    if not rows:
        return None
    name = book.language.said(f"measure_{measure}", measure)
    made = [_level(book, row) for row in rows]
    below = share_gap(book, table, "needs.groups", "value", low_is_worse=False)
    return Figure("", name, Markup(levels(made, name, WIDE)), below=below)


def share_rows(book: Book, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a share that may be shown: all first, then the highest share first."""
    rows = rows_of(table)
    groups = [
        r for r in rows if r["display"] not in WHOLE and r["n"] > 0 and numbers.known(r["value"])
    ]
    states = book.reader.counts({str(r["display"]): float(r["n"]) for r in groups})
    shown = [
        {**r, "shown": states[str(r["display"])]}
        for r in groups
        if states[str(r["display"])] != "few"
    ]
    shown.sort(key=lambda r: (-float(r["value"]), str(r["display"])))
    whole = [
        {**r, "shown": "shown"} for r in rows if r["display"] == "all" and numbers.known(r["value"])
    ]
    return [*whole, *shown]


def _level(book: Book, row: dict[str, Any]) -> Level:
    value = float(row["value"])
    low, high = (
        float(row[c]) if numbers.known(row.get(c)) else float("nan") for c in ("low", "high")
    )
    interval = "" if pd.isna(low) or pd.isna(high) else f"{100 * low:.0f}–{100 * high:.0f}%"
    return Level(
        book.group(str(row["display"])),
        compared.count_words(book, float(row["n"]), str(row["shown"])),
        value,
        low,
        high,
        numbers.percent(value),
        interval,
        book.cite("needs.groups", row, "value"),
        row["display"] == "all",
    )


def reasons(book: Book, tiers: pd.DataFrame) -> Section:
    """Return the reasons behind the first three tiers, most persons first."""
    word, code = book.language.word, book.language.code
    rows: list[tuple[str | Markup, ...]] = []
    for level in (1, 2, 3):
        own = tiers[tiers["sure"].astype(int) == level]
        counted = own.groupby(f"reason_{code}").size().sort_values(ascending=False, kind="stable")
        for reason, n in list(counted.items())[:MOST_REASONS]:
            told = numbers.count(n, code) if book.reader.sees(n) else compared.fewer(book)
            rows.append((tier_word(book, level), book.language.set(str(reason)), told))
    heads = (Head(word("tier"), wide="84px"), Head(word("reason")), Head(word("persons"), True))
    files = tiers.drop_duplicates(["ruleset", "version"])[["ruleset", "version"]].dropna()
    rules = "; ".join(
        f"{r} {v}" for r, v in sorted(zip(files["ruleset"], files["version"], strict=True)) if r
    )
    note = word("reason_note").format(rules=rules)
    return Section(
        word("kicker_reasons"), word("reasons_title"), (Table(heads, tuple(rows), note=note),)
    )


def tier_word(book: Book, level: int) -> str:
    """Return a tier as people call it: 一级，先到."""
    word = book.language.word
    return f"{word(f'tier_{level}')}{word('comma')}{word(f'tier_{level}_action')}"


def unknowns(book: Book, tiers: pd.DataFrame) -> Section:
    """Return who may still change, and what to ask whom."""
    word, code, say = book.language.word, book.language.code, sentences(book.language)
    open_ones = tiers[tiers["possible"].astype(int) != tiers["sure"].astype(int)]
    if len(open_ones) == 0:
        return Section(word("kicker_unknown"), say.unknown_none(), ())
    share = numbers.percent(len(open_ones) / len(tiers))
    title = say.unknown_title(share, numbers.persons(len(open_ones), code))
    table = book.rows("needs.work_list")
    if len(table) == 0:
        return Section(word("kicker_unknown"), title, ())
    asked = table.groupby("indicator").agg(
        n=("subject", "size"), matters=("matters", "sum"), who=("who_could_tell_zh", "first")
    )
    asked = asked.sort_values(["matters", "n"], ascending=False, kind="stable")
    heads = (
        Head(word("to_ask")), Head(word("n_unknown"), True), Head(word("tier_steps"), True),
        Head(word("who_could_tell")),
    )  # fmt: skip
    cite = book.whole("needs.work_list")
    indicators = book.community.catalogue.indicators
    rows = [
        (
            book.language.named(indicators, str(code_)),
            number(_n(book, float(row["n"])), cite),
            number(numbers.count(float(row["matters"]), code), cite),
            book.language.set(str(row["who"])),
        )
        for code_, row in list(asked.iterrows())[:MOST_ASKED]
    ]
    rest = len(asked) - len(rows)
    note = word("work_list_note") + (f" {word('more_rows').format(n=rest)}" if rest > 0 else "")
    return Section(word("kicker_unknown"), title, (Table(heads, tuple(rows), note=note),))


def supplies(book: Book) -> Page | None:
    """Return what the community must lay in, by item and by group."""
    table = book.rows("needs.totals")
    if len(table) == 0:
        return None
    word, _code, say = book.language.word, book.language.code, sentences(book.language)
    whole = table[table["display"] == "all"]
    kinds = whole["kind"] if "kind" in whole else pd.Series("supply", index=whole.index)
    goods = whole[kinds == "supply"].sort_values(["n_persons", "item"], ascending=[False, True])
    services = whole[kinds != "supply"].sort_values(["n_persons", "item"], ascending=[False, True])
    pieces: list[Piece] = []
    if len(goods):
        row = goods.iloc[0]
        title = say.totals_title(item_name(book, str(row["item"])), _amount(book, row))
        pieces.append(
            Figure(
                word("kicker_supplies"),
                title,
                _persons_bars(book, goods, title),
                word("supplies_sub"),
            )
        )
        pieces.append(
            Section("", word("supplies_by_group"), (_by_group(book, table, list(goods["item"])),))
        )
    if len(services):
        pieces.append(
            Section(word("kicker_services"), word("services_title"), (_services(book, services),))
        )
    return Page(
        "supplies", word("page_supplies"), tuple(pieces), foot(book, "needs.totals", "needs.list")
    )


def item_name(book: Book, code: str) -> str:
    """Return the name of a supply or need."""
    catalogue = book.community.catalogue
    if code in catalogue.supplies:
        return book.language.name(catalogue.supplies[code])
    return book.language.named(catalogue.needs, code)


def _amount(book: Book, row: Any) -> str:
    unit = str(row["unit"])
    quantity = numbers.many(float(row["quantity"]), book.language.code)
    return f"{quantity} {book.language.said(f'unit_{unit}', unit)}"


def _persons_bars(book: Book, goods: pd.DataFrame, title: str) -> Markup:
    rows = []
    for row in rows_of(goods)[:18]:
        n = float(row["n_persons"])
        shown = book.reader.sees(n)
        words = f"{_people(book, row)} · {_amount(book, row)}" if shown else _people(book, row)
        more = float(row.get("n_unknown", 0) or 0)
        rows.append(
            Bar(
                item_name(book, str(row["item"])),
                _drawn(book, n),
                words,
                _drawn(book, more),
                book.cite("needs.totals", row, "quantity"),
            )
        )
    return Markup(bars(rows, title, WIDE))


def _people(book: Book, row: Any) -> str:
    n = float(row["n_persons"])
    return numbers.persons(n, book.language.code) if book.reader.sees(n) else compared.fewer(book)


def _by_group(book: Book, table: pd.DataFrame, items: list[str]) -> Table:
    word = book.language.word
    groups = [d for d in book.groups if d in set(table["display"])]
    heads = [Head(word("item")), Head(word("unit")), Head(word("total"), True)]
    heads += [Head(book.group(d), True) for d in groups]
    rows = []
    for item in items[:18]:
        own = table[table["item"] == item].drop_duplicates("display").set_index("display")
        whole = own.loc["all"]
        unit = str(whole["unit"])
        cells: list[str | Markup] = [
            item_name(book, item),
            book.language.said(f"unit_{unit}", unit),
        ]
        people = dict(zip(own.index, own["n_persons"].astype(float), strict=True))
        sizes = {d: people[d] for d in groups if d in people}
        states = book.reader.counts(sizes)
        enough = book.reader.sees(people["all"])
        states["all"] = "shown" if enough else "few"
        for display in ("all", *groups):
            cells.append(_group_cell(book, own, display, states.get(display, "shown")))
        rows.append(tuple(cells))
    return Table(tuple(heads), tuple(rows), note=word("supplies_note"), css="dense")


def _group_cell(book: Book, own: pd.DataFrame, display: str, state: str) -> str | Markup:
    """Return what a group needs; neither a few people's nor what would give them away."""
    if display not in own.index:
        return "0"
    if state == "few":
        return f"<{book.reader.k_persons}" + book.language.word("person_short")
    if state == "some":
        return f"≥{book.reader.k_persons}" + book.language.word("person_short")
    row = {**rows_of(own.loc[[display]])[0], "display": display}
    told = numbers.many(float(row["quantity"]), book.language.code)
    return book.number(told, "needs.totals", row, "quantity")


def _services(book: Book, services: pd.DataFrame) -> Table:
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("need")),
        Head(word("persons"), True),
        Head(word("households"), True),
        Head(word("may_need"), True),
    )
    rows = []
    for row in rows_of(services)[:16]:
        shown = book.reader.sees(float(row["n_persons"]), float(row["n_households"]))
        n = numbers.count(float(row["n_persons"]), code) if shown else compared.fewer(book)
        homes = numbers.count(float(row["n_households"]), code) if shown else "–"
        more = float(row.get("n_unknown", 0) or 0)
        rows.append(
            (
                item_name(book, str(row["item"])),
                book.number(n, "needs.totals", row, "n_persons"),
                homes,
                _n(book, more),
            )
        )
    return Table(heads, tuple(rows))
