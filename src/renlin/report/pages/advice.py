"""Fill the page of advised ways: what each group wins or gives, who is led where, how sure."""

from __future__ import annotations

import pandas as pd

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.cite import number
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Note, Page, Piece, Section, Table, Words
from renlin.report.readings import compared, naming
from renlin.report.tables import Row, rows_of
from renlin.report.text import sentences

EFFECT, WAYS = "simulation.advice_effect", "simulation.advice"
ALL = "all"
GATE = "gate/"
MOST_ROWS = 24
TITLES = {
    "accepted": "advice_accepted",
    "harms": "advice_harms",
    "unsure": "advice_unsure",
    "no_better": "advice_no_better",
}


def advice_page(book: Book) -> Page | None:
    """Return the page of advised ways, None when none were looked for."""
    if book.find(EFFECT) is None:
        return None
    word = book.language.word
    pieces: list[Piece] = []
    for scenario in dict.fromkeys(book.rows(EFFECT)["scenario"]):
        pieces.append(_groups(book, str(scenario)))
        ways = _ways(book, str(scenario))
        pieces += [ways] if ways is not None else []
    return Page("advice", word("page_advice"), tuple(pieces), foot(book, EFFECT, WAYS))


def _groups(book: Book, scenario: str) -> Section:
    """Return what the advice does to each group, the slowest first, beside what is possible."""
    word, code = book.language.word, book.language.code
    rows = {str(row["display"]): row for row in rows_of(book.rows(EFFECT, scenario=scenario))}
    states = book.reader.counts({d: float(r["n"]) for d, r in rows.items() if d not in WHOLE})
    shown = [d for d in rows if d in states and states[d] != "few"]
    shown.sort(key=lambda d: (-float(rows[d]["before"]), d))
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("advice_before"), True),
        Head(word("advice_after"), True), Head(word("advice_change"), True),
        Head(word("interval_head"), True), Head(word("advice_bound"), True),
    )  # fmt: skip
    made = [_group(book, rows[d], states.get(d, "shown")) for d in (ALL, *shown) if d in rows]
    limit = numbers.minutes(float(rows[ALL]["limit_s"]), code)
    note = word("advice_note").format(limit=limit, followed=_followed(book, scenario))
    table = Table(heads, tuple(made), frozenset({0}), note=note)
    hidden = [book.group(d) for d in states if states[d] == "few"]
    parts: list[Piece] = [table]
    if hidden:
        told = word("hidden_groups").format(
            groups=book.language.list(hidden), k=book.reader.k_persons
        )
        parts.append(Note(told))
    kicker = word("kicker_advice")
    return Section(kicker, _title(book, rows, shown, limit), tuple(parts), _sub(book, scenario))


def _title(book: Book, rows: dict[str, Row], shown: list[str], limit: str) -> str:
    """Say what came of it; a slowest group of a few is not named."""
    outcome = str(rows[ALL]["outcome"])
    worst = next((d for d, row in rows.items() if bool(row["worst"])), "")
    if outcome != "accepted":
        return book.language.word(TITLES[outcome]).format(limit=limit)
    if worst not in shown:
        return book.language.word("advice_accepted_few").format(limit=limit)
    won = numbers.minutes(-float(rows[worst]["difference"]), book.language.code)
    told = book.language.word(TITLES[outcome])
    return told.format(
        group=sentences(book.language).people(book.group(worst)), won=won, limit=limit
    )


def _sub(book: Book, scenario: str) -> str:
    n = len(book.results.findings[EFFECT].provenance.seeds)
    return book.language.word("advice_sub").format(scenario=book.scenario(scenario), runs=n)


def _group(book: Book, row: Row, state: str) -> tuple[Words, ...]:
    code = book.language.code

    def cell(words: object, column: str) -> Words:
        return book.number(words, EFFECT, row, column)

    change = numbers.change(float(row["difference"]), str(row["verdict"]), code)
    return (
        book.group(str(row["display"])),
        cell(compared.count_words(book, float(row["n"]), state), "n"),
        cell(numbers.bare_minutes(float(row["before"])), "before"),
        cell(numbers.bare_minutes(float(row["after"])), "after"),
        cell(change, "difference"),
        numbers.span(float(row["low"]), float(row["high"]), code),
        cell(numbers.bare_minutes(float(row["bound"])), "bound"),
    )


def _followed(book: Book, scenario: str) -> str:
    """Return the share of the advised households at home that follow, over the runs."""
    table = book.rows(WAYS, scenario=scenario)
    homes = table["households"].sum() if len(table) else 0
    if not homes:
        return "–"
    share = (table["followed_share"].fillna(0.0) * table["households"]).sum() / homes
    return numbers.percent(float(share))


def _ways(book: Book, scenario: str) -> Section | None:
    """Return who is led where: by building in public, by stairwell and group for the staff."""
    table = book.rows(WAYS, scenario=scenario)
    if len(table) == 0:
        return None
    word = book.language.word
    inside = book.reader.k_persons <= 1
    merged = _merged(book, table, ["entrance", "display"] if inside else ["building"])
    seen = [r for r in rows_of(merged) if book.reader.sees(r["persons"], r["households"])]
    if not seen:
        return None
    seen.sort(key=lambda r: (-float(r["persons"]), str(r["place"])))
    heads = (
        Head(word("place")), Head(word("persons"), True), Head(word("advice_ways")),
        Head(word("advice_longer"), True), Head(word("advice_follow"), True),
        Head(word("advice_change"), True),
    )  # fmt: skip
    rows = tuple(_way(book, row) for row in seen[:MOST_ROWS])
    more = len(seen) - len(rows)
    notes = [word("advice_ways_note")]
    notes += [word("advice_more").format(n=more)] if more > 0 else []
    notes += (
        [word("advice_hidden").format(k=book.reader.k_persons)] if len(seen) < len(merged) else []
    )
    accepted = str(book.rows(EFFECT, scenario=scenario)["outcome"].iloc[0]) == "accepted"
    title = word("advice_ways_title" if accepted else "advice_tried_title")
    return Section(word("kicker_ways"), title, (Table(heads, rows, note=" ".join(notes)),))


def _merged(book: Book, table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the rows together that this reader may see as one, weighted by persons."""
    doors = book.community["entrances"].set_index("entrance")["building"]
    known = table.assign(building=table["entrance"].map(doors).astype(str))
    rows = []
    for _, own in known.groupby(by, sort=True):
        weight = own["persons"] / own["persons"].sum()
        largest = own.sort_values("persons", ascending=False, kind="stable").iloc[0]
        place = str(largest["entrance"] if "entrance" in by else largest["building"])
        rows.append(
            {
                "place": place,
                "display": str(largest["display"]) if "display" in by else "",
                "persons": float(own["persons"].sum()),
                "households": float(own["households"].sum()),
                "from_destination": largest["from_destination"],
                "to_destination": largest["to_destination"],
                "from_way": largest["from_way"],
                "to_way": largest["to_way"],
                "extra_m": float((own["extra_m"] * weight).sum()),
                "followed": float((own["followed_share"].fillna(0.0) * weight).sum()),
                "won_s": float((own["won_s"].fillna(0.0) * weight).sum()),
            }
        )
    return pd.DataFrame(rows)


def _way(book: Book, row: Row) -> tuple[Words, ...]:
    code, whole = book.language.code, book.whole(WAYS)
    name = naming.place_name(book, str(row["place"]))
    group = str(row["display"])
    won = float(row["won_s"])
    told = "0.0" if won == 0 else numbers.signed(-won)
    return (
        f"{name} · {book.group(group)}" if group else name,
        number(numbers.count(float(row["persons"]), code), whole),
        _led(book, row),
        number(numbers.metres(max(float(row["extra_m"]), 0.0), code), whole),
        number(numbers.percent(float(row["followed"])), whole),
        number(told, whole),
    )


def _led(book: Book, row: Row) -> str:
    """Say from where to where: destinations, and gates where those change."""
    ends = [naming.place_name(book, str(row[f"{end}_destination"])) for end in ("from", "to")]
    gates = [_gates(book, str(row[f"{end}_way"])) for end in ("from", "to")]
    parts = [
        end if gate in ("", end) else book.language.word("advice_by").format(gate=gate, place=end)
        for end, gate in zip(ends, gates, strict=True)
    ]
    return f"{parts[0]} → {parts[1]}" if parts[0] != parts[1] else _lanes(book, row, parts[1])


def _gates(book: Book, way: str) -> str:
    names = [link.removeprefix(GATE).split("/")[0] for link in way.split(";") if GATE in link]
    told = [naming.place_name(book, name) for name in dict.fromkeys(names)]
    return book.language.list(told) if told else ""


def _lanes(book: Book, row: Row, place: str) -> str:
    """Say by which lane that was not on the way before; the longest one, by pieces."""
    old = {link.split("#")[0] for link in str(row["from_way"]).split(";")}
    new = [link.split("#")[0] for link in str(row["to_way"]).split(";")]
    count = pd.Series([name for name in new if name not in old], dtype="str").value_counts()
    if len(count) == 0:
        return place
    lane = naming.link_name(book, str(count.index[0]))
    return book.language.word("advice_by").format(gate=lane, place=place)
